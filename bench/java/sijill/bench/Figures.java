package sijill.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What a contestant found, in the form in which all are compared: sorted lines `view TAB dimensions TAB numbers`, a line
 * of zeros left out. Cells that stand several times, in each partition once, are added up.
 */
final class Figures {
    enum View {
        CALLS("calls-by-queue"), AGENTS("handle-time-by-agent"), CASES("cases-by-kind"), OPEN("open-by-status");

        final String text;

        View(String text) {
            this.text = text;
        }
    }

    private final List<String> lines = new ArrayList<>();
    private final Map<View, Map<Cell, long[]>> cells = new HashMap<>();

    void addLine(String line) {
        lines.add(line);
    }

    void add(View view, Cell cell, long[] figures) {
        cells.computeIfAbsent(view, key -> new HashMap<>()).merge(cell, figures, (a, b) -> Contribution.add(a, b, 1));
    }

    /** Sorted; ends the gathering. */
    List<String> finish() {
        cells.forEach((view, sums) -> sums.forEach((cell, figures) -> {
            StringBuilder numbers = new StringBuilder();
            boolean any = false;
            for (long figure : figures) {
                numbers.append('\t').append(figure);
                any |= figure != 0;
            }
            if (any) {
                String day = cell.day() == 0 ? "" : LocalDate.ofEpochDay(cell.day()) + "\t";
                lines.add(view.text + "\t" + day + cell.name() + numbers);
            }
        }));
        cells.clear();
        lines.sort(null);
        return lines;
    }

    static String digest(List<String> lines) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String line : lines) {
                sha.update(line.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) '\n');
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static void write(List<String> lines, Path file) throws IOException {
        Files.write(file, lines);
    }
}
