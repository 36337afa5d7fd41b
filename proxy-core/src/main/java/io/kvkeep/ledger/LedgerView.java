package io.kvkeep.ledger;

/** What the ledger knows for one tenant, engine and model at the moment of a request. */
public interface LedgerView {

    /** A ledger that has seen nothing. */
    LedgerView EMPTY = new LedgerView() {
        @Override
        public boolean knowsSystem(Digest system) {
            return false;
        }

        @Override
        public boolean knowsStable(Digest stable) {
            return false;
        }
    };

    /** Tells whether a request came with this system text before. */
    boolean knowsSystem(Digest system);

    /** Tells whether a request was sent with this text left of its system text after cutting. */
    boolean knowsStable(Digest stable);
}
