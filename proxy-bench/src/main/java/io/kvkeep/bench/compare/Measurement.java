package io.kvkeep.bench.compare;

import io.kvkeep.bench.load.LoadResult;

/** One cell with one peer in one round. */
public record Measurement(int round, Cell cell, String peer, LoadResult load, long cpuMillis, long residentKilobytes) {}
