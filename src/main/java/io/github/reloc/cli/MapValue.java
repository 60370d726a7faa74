package io.github.reloc.cli;

import java.util.List;
import java.util.Map;

/**
 * A value of an image map as JSON has it, so that its type counts, and so does a container with nothing in it. A tree, and
 * not a list of paths: the paths of a small file can be long, and many.
 */
sealed interface MapValue {
    /** A string. */
    record Text(String text) implements MapValue {}

    /** A number as it is written, true, false or null. */
    record Literal(String text) implements MapValue {}

    /** An array. */
    record Items(List<MapValue> list) implements MapValue {}

    /** An object, with its fields in the order of the file. */
    record Fields(Map<String, MapValue> map) implements MapValue {}
}
