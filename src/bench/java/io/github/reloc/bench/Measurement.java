package io.github.reloc.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one run of a command took.
 *
 * @param wall in nanoseconds
 * @param cpu in nanoseconds, of user and kernel
 * @param memory in bytes, the most that it had at a time
 */
record Measurement(long wall, long cpu, long memory) {
    /** The middle one of some values, which a few bad runs do not move. */
    static double median(List<Measurement> runs, ToDoubleFunction<Measurement> value) {
        return median(runs.stream().mapToDouble(value).toArray());
    }

    /** The middle one of the ratios of runs that followed each other, so that a machine that slows down does not matter. */
    static double medianRatio(
            List<Measurement> runs, List<Measurement> references, ToDoubleFunction<Measurement> value) {
        double[] ratios = new double[runs.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = value.applyAsDouble(runs.get(i)) / value.applyAsDouble(references.get(i));
        }
        return median(ratios);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
