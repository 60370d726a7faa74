package io.github.reloc.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command to be measured.
 *
 * @param name as the table shows it
 */
record Command(String name, List<String> words) {
    static Command of(String name, Object... words) {
        List<String> texts = new ArrayList<>();
        for (Object word : words) {
            texts.add(word.toString());
        }
        return new Command(name, texts);
    }

    /**
     * Runs it once.
     *
     * @param measure the program of {@code src/bench/c}
     * @param heap an option for the virtual machine, or nothing
     */
    Measurement run(Path measure, String heap) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(measure.toString()));
        all.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        if (!heap.isEmpty()) {
            builder.environment().put("JDK_JAVA_OPTIONS", heap);
        }
        Process process = builder.start();
        String[] result = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .strip()
                .split(" ", -1);
        if (process.waitFor() != 0 || result.length != 4 || !result[3].equals("0")) {
            throw new IllegalStateException(name + " failed: " + String.join(" ", words));
        }
        return new Measurement(Long.parseLong(result[0]), Long.parseLong(result[1]), Long.parseLong(result[2]));
    }
}
