package io.kvkeep.e2e;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.SimpleTimeZone;
import java.util.TimeZone;

/** A time zone in which the day ends soon. */
final class Midnight {
    private static final int DAY_SECONDS = 86_400;

    private final ZoneOffset zone;

    private Midnight(ZoneOffset zone) {
        this.zone = zone;
    }

    /** Returns the zone in which it is midnight after so much time. */
    static Midnight in(Duration time) {
        int second = (int) Math.floorMod(Instant.now().plus(time).getEpochSecond(), (long) DAY_SECONDS);
        return new Midnight(ZoneOffset.ofTotalSeconds(second <= DAY_SECONDS / 2 ? -second : DAY_SECONDS - second));
    }

    /** What makes a process live there; POSIX counts towards the west. */
    String variable() {
        int west = -zone.getTotalSeconds();
        int seconds = Math.abs(west);
        return "TZ=SOON%s%d:%02d:%02d".formatted(west < 0 ? "-" : "", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }

    /** What makes Java run a jar there; by flags and variables it knows no zones with seconds. */
    List<String> launched(Path jar) {
        try {
            Path tests = Path.of(Midnight.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return List.of(
                    "-cp", jar + System.getProperty("path.separator") + tests, Midnight.class.getName(), zone.getId());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs kvkeep in the zone that the first argument names. */
    public static void main(String[] args) throws Exception {
        String zone = args[0];
        TimeZone.setDefault(new SimpleTimeZone(ZoneOffset.of(zone).getTotalSeconds() * 1_000, zone));
        io.kvkeep.cli.Main.main(Arrays.copyOfRange(args, 1, args.length));
    }
}
