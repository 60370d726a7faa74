package io.github.reloc;

import io.github.reloc.elf.Elf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of a {@link PieBuilder}, and the dynamic section that names them. */
final class PieTables {
    /** An entry of the dynamic section. */
    record Tag(long tag, long value) {}

    final GrowingBytes rela = new GrowingBytes();
    final GrowingBytes jmprel = new GrowingBytes();
    boolean isJmprelLikeRel;
    final GrowingBytes rel = new GrowingBytes();
    final GrowingBytes relr = new GrowingBytes();
    final GrowingBytes symbols = new GrowingBytes();
    final GrowingBytes strings = new GrowingBytes();

    final List<Tag> addedTags = new ArrayList<>();
    final Map<Long, Long> tagValues = new HashMap<>();
    final Set<Long> droppedTags = new HashSet<>();
    final List<Long> afterNullWords = new ArrayList<>();

    /** In the order of the file; each begins at a multiple of 8. */
    List<GrowingBytes> list() {
        return List.of(rela, jmprel, rel, relr, hash(), symbols, strings);
    }

    /** DT_HASH with one bucket, which holds the one thing that is asked of it: the number of symbols. */
    private GrowingBytes hash() {
        GrowingBytes hash = new GrowingBytes();
        int count = symbols.size() / Elf.SYM_SIZE;
        if (count != 0) {
            hash.word32(1).word32(count).word32(0); // nbucket, nchain, the bucket
            for (int i = 0; i < count; i++) {
                hash.word32(0);
            }
        }
        return hash;
    }

    /** The dynamic section, for tables that begin at an address. */
    GrowingBytes dynamicSection(long tablesAddress) {
        GrowingBytes section = new GrowingBytes();
        for (Tag tag : tags(tablesAddress)) {
            section.word64(tag.tag()).word64(tag.value());
        }
        section.word64(Elf.DT_NULL).word64(0);
        for (long word : afterNullWords) {
            section.word64(word);
        }
        return section;
    }

    private List<Tag> tags(long tablesAddress) {
        List<Tag> tags = new ArrayList<>();
        long address = tablesAddress;
        address += table(tags, rela, address, Elf.DT_RELA, Elf.DT_RELASZ, Elf.DT_RELAENT, Elf.RELA_SIZE);
        long likeTag = isJmprelLikeRel ? Elf.DT_REL : Elf.DT_RELA;
        address += table(tags, jmprel, address, Elf.DT_JMPREL, Elf.DT_PLTRELSZ, Elf.DT_PLTREL, likeTag);
        address += table(tags, rel, address, Elf.DT_REL, Elf.DT_RELSZ, Elf.DT_RELENT, Elf.REL_SIZE);
        address += table(tags, relr, address, Elf.DT_RELR, Elf.DT_RELRSZ, Elf.DT_RELRENT, Elf.RELR_SIZE);
        if (!symbols.isEmpty()) {
            tags.add(new Tag(Elf.DT_HASH, address));
            address += hash().paddedSize();
            tags.add(new Tag(Elf.DT_SYMTAB, address));
            tags.add(new Tag(Elf.DT_SYMENT, Elf.SYM_SIZE));
            tags.add(new Tag(Elf.DT_STRTAB, address + symbols.size()));
            tags.add(new Tag(Elf.DT_STRSZ, strings.size()));
        }
        tags.removeIf(tag -> droppedTags.contains(tag.tag()));
        tags.replaceAll(tag -> new Tag(tag.tag(), tagValues.getOrDefault(tag.tag(), tag.value())));
        tags.addAll(addedTags);
        return tags;
    }

    /** The three tags of a table that is there; returns the room it takes. */
    private static long table(
            List<Tag> tags,
            GrowingBytes table,
            long address,
            long addressTag,
            long sizeTag,
            long thirdTag,
            long third) {
        if (!table.isEmpty()) {
            tags.add(new Tag(addressTag, address));
            tags.add(new Tag(sizeTag, table.size()));
            tags.add(new Tag(thirdTag, third));
        }
        return table.paddedSize();
    }
}
