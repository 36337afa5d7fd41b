package io.kvkeep.template;

import io.kvkeep.template.JinjaCode.Piece;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** What a Jinja template's loops over messages print, and under which conditions on the role. */
final class MessagesLoop {
    /** The head of such a loop. */
    static final Pattern HEAD = Pattern.compile("\\bfor\\s+\\w+\\s+in\\s+\\w*(?:messages|turns)\\b");

    private static final String IS = "role\\b.*?(?:==|\\bin\\b).*?['\"]";
    private static final Pattern IS_SYSTEM = Pattern.compile(IS + "system['\"]", Pattern.DOTALL);
    private static final Pattern IS_OTHER =
            Pattern.compile(IS + "(?:user|assistant|tool|ipython)['\"]", Pattern.DOTALL);
    private static final Pattern ROLE = Pattern.compile("\\brole\\b");

    private final Deque<Branch> open = new ArrayDeque<>();
    private int systemPrint = -1;
    private boolean prints;

    private MessagesLoop() {}

    static MessagesLoop of(List<Piece> pieces) {
        MessagesLoop loop = new MessagesLoop();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            if (piece.prints()) {
                loop.print(i, piece);
            } else {
                loop.follow(piece);
            }
        }
        return loop;
    }

    /** Returns the first piece inside of a loop that prints for system messages, or -1. */
    int systemPrint() {
        return systemPrint;
    }

    /** Tells whether anything is printed inside of a loop. */
    boolean prints() {
        return prints;
    }

    private void print(int index, Piece piece) {
        if (!open.contains(Branch.LOOP) || piece.code().contains("raise_exception")) {
            return;
        }
        prints = true;
        boolean forSystem = open.contains(Branch.SYSTEM);
        boolean forAll = !open.contains(Branch.OTHER) && piece.has(ROLE);
        if (systemPrint < 0 && (forSystem || forAll)) {
            systemPrint = index;
        }
    }

    private void follow(Piece piece) {
        String statement = piece.statement();
        if (statement.startsWith("for ")) {
            open.push(piece.hasName(HEAD) ? Branch.LOOP : Branch.FREE);
        } else if (statement.startsWith("if ") || statement.startsWith("if(")) {
            open.push(branch(piece));
        } else if (statement.startsWith("elif") && !open.isEmpty()) {
            open.pop();
            open.push(branch(piece));
        } else if (statement.startsWith("else") && !open.isEmpty()) {
            open.pop();
            open.push(Branch.FREE);
        } else if ((statement.startsWith("endif") || statement.startsWith("endfor")) && !open.isEmpty()) {
            open.pop();
        }
    }

    private static Branch branch(Piece condition) {
        return condition.has(IS_SYSTEM) ? Branch.SYSTEM : condition.has(IS_OTHER) ? Branch.OTHER : Branch.FREE;
    }

    private enum Branch {
        LOOP,
        SYSTEM,
        OTHER,
        FREE
    }
}
