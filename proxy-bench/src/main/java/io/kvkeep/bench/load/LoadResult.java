package io.kvkeep.bench.load;

/**
 * What one run saw: one line on the load program's standard output.
 *
 * @param sent every request of the run, also those before the clock started
 * @param changed answers that tell of a body other than the one sent
 * @param p50Micros of whole requests, or of the delay of chunks where answers were streamed
 * @param firstError empty where there is none
 */
public record LoadResult(
        long sent,
        long measured,
        long changed,
        long errors,
        double seconds,
        double p50Micros,
        double p99Micros,
        String firstError) {
    /** Requests per second of the run. */
    public double requestsPerSecond() {
        return seconds > 0 ? measured / seconds : 0;
    }

    /** The result as a line. */
    public String line() {
        return String.join(
                " ",
                Long.toString(sent),
                Long.toString(measured),
                Long.toString(changed),
                Long.toString(errors),
                Double.toString(seconds),
                Double.toString(p50Micros),
                Double.toString(p99Micros),
                firstError.replaceAll("\\s+", " "));
    }

    /** Reads what {@link #line} wrote. */
    public static LoadResult parse(String line) {
        String[] words = line.split(" ", 8);
        if (words.length != 8) {
            throw new IllegalArgumentException("want 8 words: " + line);
        }
        return new LoadResult(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Double.parseDouble(words[4]),
                Double.parseDouble(words[5]),
                Double.parseDouble(words[6]),
                words[7]);
    }
}
