package sijill.bench;

/** The names of the state stores, one for each view. */
final class Stores {
    static final String CALLS = "call-states";
    static final String CASES = "case-states";
    static final String BY_QUEUE = "calls-by-queue";
    static final String BY_AGENT = "handle-time-by-agent";
    static final String BY_KIND = "cases-by-kind";
    static final String BY_STATUS = "open-by-status";

    private Stores() {}
}
