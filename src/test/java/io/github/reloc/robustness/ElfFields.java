package io.github.reloc.robustness;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of a well-formed file that decide what becomes of it: where they are, by group. */
final class ElfFields {
    /**
     * A number in the file.
     *
     * @param offset of its first byte in the file
     * @param size in bytes: 1, 2, 4 or 8
     */
    record Field(String name, int offset, int size) {
        @Override
        public String toString() {
            return name + " @ 0x" + Integer.toHexString(offset);
        }
    }

    /**
     * An array in the file.
     *
     * @param entrySize in bytes; 1 for a stream of bytes
     */
    record Array(String name, int offset, int size, int entrySize) {
        int count() {
            return size / entrySize;
        }
    }

    private final ByteBuffer file;
    private final List<List<Field>> groups = new ArrayList<>();
    private final List<Array> arrays = new ArrayList<>();
    private final List<Field> sectionFields = new ArrayList<>();
    private final Map<Long, Long> tags = new HashMap<>();

    ElfFields(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        addFileHeader();
        addSegments();
        addArray("RELA", address(7), value(8), 24);
        addArray("REL", address(17), value(18), 16);
        addArray("RELR", address(36), value(35), 8);
        addArray("JMPREL", address(23), value(2), value(20) == 7 ? 24 : 16);
        addArray("ANDROID_REL", address(0x6000000fL), value(0x60000010L), 1);
        addArray("ANDROID_RELA", address(0x60000011L), value(0x60000012L), 1);
        addArray("ANDROID_RELR", address(0x6fffe000L), value(0x6fffe001L), 8);
        if (tags.containsKey(4L)) {
            long count = file.getInt((int) address(4) + 4);
            addArray("HASH", address(4), 8, 4);
            addArray("SYMTAB", address(6), 24 * count, 24);
        } else if (tags.containsKey(6L)) {
            // Linkers put the strings right behind the symbols, or the symbols just before another table.
            addArray("SYMTAB", address(6), Math.min(16, (file.limit() - address(6)) / 24) * 24, 24);
        }
        if (tags.containsKey(0x6ffffef5L)) {
            addArray("GNU_HASH", address(0x6ffffef5L), 48, 4);
        }
        if (tags.containsKey(0x6ffffff0L)) {
            addArray("VERSYM", address(0x6ffffff0L), 16, 2);
        }
        addArray("VERDEF", address(0x6ffffffcL), value(0x6ffffffdL) * 28, 4);
        addArray("VERNEED", address(0x6ffffffeL), value(0x6fffffffL) * 32, 4);
        addArray("STRTAB", address(5), value(10), 1);
        addSections();
    }

    /** The fields of each header or table; none of the groups is empty. */
    List<List<Field>> groups() {
        return groups;
    }

    /** Those of section headers and of the symbols that only they name; the image in memory has nothing of them. */
    List<Field> sectionFields() {
        return sectionFields;
    }

    /** The tables, and the arrays of headers and dynamic entries. */
    List<Array> arrays() {
        return arrays;
    }

    private void addFileHeader() {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("EI_CLASS", 4, 1));
        fields.add(new Field("EI_DATA", 5, 1));
        fields.add(new Field("EI_VERSION", 6, 1));
        fields.add(new Field("EI_OSABI", 7, 1));
        fields.add(new Field("e_type", 16, 2));
        fields.add(new Field("e_machine", 18, 2));
        fields.add(new Field("e_version", 20, 4));
        fields.add(new Field("e_entry", 24, 8));
        fields.add(new Field("e_phoff", 32, 8));
        fields.add(new Field("e_shoff", 40, 8));
        fields.add(new Field("e_flags", 48, 4));
        fields.add(new Field("e_ehsize", 52, 2));
        fields.add(new Field("e_phentsize", 54, 2));
        fields.add(new Field("e_phnum", 56, 2));
        fields.add(new Field("e_shentsize", 58, 2));
        fields.add(new Field("e_shnum", 60, 2));
        fields.add(new Field("e_shstrndx", 62, 2));
        groups.add(fields);
    }

    private void addSegments() {
        int start = (int) file.getLong(32);
        int count = file.getShort(56);
        arrays.add(new Array("segments", start, 56 * count, 56));
        for (int i = 0; i < count; i++) {
            int header = start + 56 * i;
            String name = "segment " + i + " ";
            groups.add(List.of(
                    new Field(name + "p_type", header, 4),
                    new Field(name + "p_flags", header + 4, 4),
                    new Field(name + "p_offset", header + 8, 8),
                    new Field(name + "p_vaddr", header + 16, 8),
                    new Field(name + "p_filesz", header + 32, 8),
                    new Field(name + "p_memsz", header + 40, 8),
                    new Field(name + "p_align", header + 48, 8)));
            if (file.getInt(header) == 2) {
                addDynamic((int) file.getLong(header + 8));
            }
        }
    }

    private void addSections() {
        int start = (int) file.getLong(40);
        int count = start == 0 ? 0 : file.getShort(60);
        List<Field> symbols = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int header = start + 64 * i;
            String name = "section " + i + " ";
            sectionFields.add(new Field(name + "sh_name", header, 4));
            sectionFields.add(new Field(name + "sh_type", header + 4, 4));
            sectionFields.add(new Field(name + "sh_flags", header + 8, 8));
            sectionFields.add(new Field(name + "sh_addr", header + 16, 8));
            sectionFields.add(new Field(name + "sh_offset", header + 24, 8));
            sectionFields.add(new Field(name + "sh_size", header + 32, 8));
            sectionFields.add(new Field(name + "sh_link", header + 40, 4));
            sectionFields.add(new Field(name + "sh_info", header + 44, 4));
            sectionFields.add(new Field(name + "sh_addralign", header + 48, 8));
            sectionFields.add(new Field(name + "sh_entsize", header + 56, 8));
            if (file.getInt(header + 4) == 2) {
                int first = (int) file.getLong(header + 24);
                for (int at = first; at < first + (int) file.getLong(header + 32); at += 24) {
                    symbols.add(new Field("symbol st_info", at + 4, 1));
                    symbols.add(new Field("symbol st_shndx", at + 6, 2));
                    symbols.add(new Field("symbol st_value", at + 8, 8));
                }
            }
        }
        if (count == 0) {
            return;
        }
        groups.add(sectionFields);
        if (!symbols.isEmpty()) {
            groups.add(symbols);
            sectionFields.addAll(symbols);
        }
        sectionFields.add(new Field("e_shoff", 40, 8));
        sectionFields.add(new Field("e_shentsize", 58, 2));
        sectionFields.add(new Field("e_shnum", 60, 2));
        sectionFields.add(new Field("e_shstrndx", 62, 2));
        arrays.add(new Array("sections", start, 64 * count, 64));
    }

    private void addDynamic(int start) {
        List<Field> tagFields = new ArrayList<>();
        List<Field> values = new ArrayList<>();
        int entry = start;
        while (true) {
            long tag = file.getLong(entry);
            tagFields.add(new Field("tag 0x" + Long.toHexString(tag), entry, 8));
            if (tag == 0) {
                break;
            }
            values.add(new Field("value of tag 0x" + Long.toHexString(tag), entry + 8, 8));
            tags.put(tag, file.getLong(entry + 8));
            entry += 16;
        }
        groups.add(tagFields);
        groups.add(values);
        // Most of what can go wrong is here, so it gets more than its share.
        groups.add(values);
        arrays.add(new Array("dynamic", start, entry - start, 16));
    }

    private long value(long tag) {
        return tags.getOrDefault(tag, 0L);
    }

    /** The file offset of what the value of a tag points to; 0 if there is no such tag. */
    private long address(long tag) {
        long address = value(tag);
        int headers = (int) file.getLong(32);
        for (int i = 0; i < file.getShort(56); i++) {
            int header = headers + 56 * i;
            long distance = address - file.getLong(header + 16);
            if (file.getInt(header) == 1 && distance >= 0 && distance < file.getLong(header + 32)) {
                return file.getLong(header + 8) + distance;
            }
        }
        return 0;
    }

    private void addArray(String name, long offset, long size, int entrySize) {
        if (size == 0 || offset == 0) {
            return;
        }
        Array array = new Array(name, (int) offset, (int) Math.min(size, file.limit() - offset), entrySize);
        arrays.add(array);
        List<Field> fields = new ArrayList<>();
        for (int entry = 0; entry < array.count(); entry++) {
            int at = array.offset() + entry * entrySize;
            String prefix = name + " entry " + entry + " ";
            switch (entrySize) {
                case 24 -> {
                    if (name.equals("SYMTAB")) {
                        fields.add(new Field(prefix + "st_name", at, 4));
                        fields.add(new Field(prefix + "st_info", at + 4, 1));
                        fields.add(new Field(prefix + "st_shndx", at + 6, 2));
                        fields.add(new Field(prefix + "st_value", at + 8, 8));
                        fields.add(new Field(prefix + "st_size", at + 16, 8));
                    } else {
                        addEntry(fields, prefix, at);
                        fields.add(new Field(prefix + "addend", at + 16, 8));
                    }
                }
                case 16 -> addEntry(fields, prefix, at);
                default -> fields.add(new Field(prefix, at, entrySize));
            }
        }
        groups.add(fields);
        groups.add(fields);
    }

    private static void addEntry(List<Field> fields, String prefix, int at) {
        fields.add(new Field(prefix + "place", at, 8));
        fields.add(new Field(prefix + "type", at + 8, 4));
        fields.add(new Field(prefix + "symbol", at + 12, 4));
    }
}
