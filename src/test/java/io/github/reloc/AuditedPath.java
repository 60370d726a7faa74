package io.github.reloc;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Counts the lines of the paths in {@code src/docs/audit.md}: all declarations that a path names, with their comments.
 *
 * <pre>java src/test/java/io/github/reloc/AuditedPath.java</pre>
 */
public final class AuditedPath {
    private static final Path DOCUMENT = Path.of("src/docs/audit.md");
    private static final Path SOURCES = Path.of("src/main/java/io/github/reloc");
    private static final String HEADING = "## The path of ";

    /** A step: a file, and the names of what is read of it. */
    private static final Pattern STEP = Pattern.compile("\\| `([a-z]+/\\w+\\.java)` \\| (.*) \\| (\\d+) \\|");

    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    private AuditedPath() {}

    /**
     * A line of the document's table.
     *
     * @param stated how many lines the document says that it has
     * @param counted how many it has
     */
    public record Step(String file, String names, int stated, int counted) {}

    public static void main(String[] args) throws IOException {
        paths().forEach((path, steps) -> {
            System.out.println(path);
            steps.forEach(step -> System.out.println(step.counted() + "  " + step.file() + ": " + step.names()));
            System.out.println(total(steps) + "  lines in " + steps.size() + " files");
        });
    }

    public static int total(List<Step> steps) {
        return steps.stream().mapToInt(Step::counted).sum();
    }

    /** The steps of each path, by its heading. */
    public static Map<String, List<Step>> paths() throws IOException {
        Map<String, List<Step>> paths = new TreeMap<>();
        String path = null;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("#")) {
                path = line.startsWith(HEADING) ? line.substring(HEADING.length()) : null;
            }
            Matcher step = STEP.matcher(line);
            if (path != null && step.matches()) {
                int counted = 0;
                for (String name : NAME.matcher(step.group(2))
                        .results()
                        .map(match -> match.group(1))
                        .toList()) {
                    counted += lines(SOURCES.resolve(step.group(1)), name);
                }
                paths.computeIfAbsent(path, heading -> new ArrayList<>())
                        .add(new Step(step.group(1), step.group(2), Integer.parseInt(step.group(3)), counted));
            }
        }
        return paths;
    }

    /** The lines of all declarations of a name in a file. */
    private static int lines(Path file, String name) throws IOException {
        List<String> text = Files.readAllLines(file);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int[] count = {0};
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(file));
            for (CompilationUnitTree unit : task.parse()) {
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitClass(ClassTree tree, Void nothing) {
                        return visit(tree, tree.getSimpleName()) ? null : super.visitClass(tree, null);
                    }

                    @Override
                    public Void visitMethod(MethodTree tree, Void nothing) {
                        visit(tree, tree.getName());
                        return null;
                    }

                    @Override
                    public Void visitVariable(VariableTree tree, Void nothing) {
                        visit(tree, tree.getName());
                        return null;
                    }

                    private boolean visit(Tree tree, CharSequence declared) {
                        if (!name.contentEquals(declared)) {
                            return false;
                        }
                        long start = Trees.instance(task).getSourcePositions().getStartPosition(unit, tree);
                        long end = Trees.instance(task).getSourcePositions().getEndPosition(unit, tree);
                        int first = (int) unit.getLineMap().getLineNumber(start);
                        while (isComment(text.get(first - 2))) {
                            first--;
                        }
                        count[0] += (int) unit.getLineMap().getLineNumber(end) - first + 1;
                        return true;
                    }
                }.scan(unit, null);
            }
        }
        if (count[0] == 0) {
            throw new IllegalArgumentException(file + " declares no " + name);
        }
        return count[0];
    }

    private static boolean isComment(String line) {
        String code = line.strip();
        return code.startsWith("/**") || code.startsWith("*") || code.startsWith("//");
    }
}
