package io.kvkeep.bench;

/** One cell with one peer in one round. */
record Measurement(int round, Cell cell, String peer, LoadResult load, long cpuMillis, long residentKilobytes) {
    double cpuMicrosPerRequest() {
        return load.sent() == 0 ? Double.NaN : cpuMillis * 1000.0 / load.sent();
    }
}
