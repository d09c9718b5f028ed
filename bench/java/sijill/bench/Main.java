package sijill.bench;

import java.util.Locale;

/**
 * A Java contestant of ./dev bench catch-up. Prints a line of JSON for each pass: the cold one from the start of the process,
 * and, when asked, a warm one in the same process, from nothing, under a name of its own.
 */
public final class Main {
    /** startNs: CLOCK_MONOTONIC when the process was started; linesFile: null, or where the figures are written. */
    record Arguments(String bootstrap, String topic, String state, String brokerPid, long startNs, String linesFile) {}

    private Main() {}

    public static void main(String[] args) {
        if (args.length < 7) {
            System.err.println("usage: Main plain|dsl-defaults|dsl-tuned|processor|processor-in-memory "
                    + "BOOTSTRAP TOPIC STATE_DIRECTORY BROKER_PID START_NS PASSES [LINES_FILE]");
            System.exit(2);
        }
        Arguments arguments = new Arguments(args[1], args[2], args[3], args[4], Long.parseLong(args[5]),
                args.length > 7 ? args[7] : null);
        try {
            for (int pass = 0; pass < Integer.parseInt(args[6]); ++pass) {
                run(args[0], arguments, new Pass(pass == 0 ? "cold" : "warm", arguments, pass == 0));
            }
        } catch (Exception failed) {
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(String contestant, Arguments arguments, Pass pass) throws Exception {
        if (contestant.equals("plain")) {
            PlainConsumer.run(arguments, pass);
        } else {
            new StreamsRun(arguments, StreamsRun.Kind.valueOf(contestant.toUpperCase(Locale.ROOT).replace('-', '_')), pass).run();
        }
    }
}
