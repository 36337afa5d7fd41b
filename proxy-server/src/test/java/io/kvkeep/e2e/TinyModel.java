package io.kvkeep.e2e;

/** The models that {@code e2e/llama/setup.sh} makes, by what decides how much of a prompt can be reused. */
enum TinyModel {
    /** Reuses to the token; its template prints the tools behind the system text. */
    DENSE("dense.gguf"),
    /** Reuses to the token; its template prints the tools before the system text. */
    TOOLS_FIRST("tools-first.gguf"),
    /** Has layers that see a short window only, so it resumes at a few checkpoints, none inside the system message. */
    SLIDING("sliding.gguf"),
    /** Has recurrent layers, so it resumes only at a few checkpoints, none of them inside the system message. */
    HYBRID("hybrid.gguf");

    private final String file;

    TinyModel(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }
}
