package io.github.reloc.relocation;

/** Receives the entries of a table batch by batch. */
@FunctionalInterface
public interface BatchConsumer {
    /** Receives some entries, never none; the object is used again for those that follow. */
    void accept(RelocationBatch batch);
}
