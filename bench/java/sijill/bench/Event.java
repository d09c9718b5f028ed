package sijill.bench;

/** What a record says, as far as the five views need it. */
final class Event {
    enum Type {
        CASE_OPENED("gov.cc.case.opened.v1"),
        CASE_ASSIGNED("gov.cc.case.assigned.v1"),
        CASE_PENDED("gov.cc.case.pended.v1"),
        CASE_RESUMED("gov.cc.case.resumed.v1"),
        CASE_RESOLVED("gov.cc.case.resolved.v1"),
        CASE_CLOSED("gov.cc.case.closed.v1"),
        CASE_REOPENED("gov.cc.case.reopened.v1"),
        CASE_CONTACT_LINKED("gov.cc.case.contact_linked.v1"),
        CASE_NOTE_ADDED("gov.cc.case.note_added.v1"),
        REFERRAL_REQUESTED("gov.cc.referral.requested.v1"),
        REFERRAL_ACCEPTED("gov.cc.referral.accepted.v1"),
        REFERRAL_ANSWERED("gov.cc.referral.answered.v1"),
        CALL_OFFERED("gov.cc.call.offered.v1"),
        CALL_ANSWERED("gov.cc.call.answered.v1"),
        CALL_ABANDONED("gov.cc.call.abandoned.v1"),
        CALL_ENDED("gov.cc.call.ended.v1"),
        CALL_WRAPPED_UP("gov.cc.call.wrapped_up.v1"),
        CALL_RECORDING_AVAILABLE("gov.cc.call.recording_available.v1");

        final String wireName;

        Type(String wireName) {
            this.wireName = wireName;
        }

        boolean isOfCall() {
            return ordinal() >= CALL_OFFERED.ordinal();
        }
    }

    Type type;
    /** 64 bits over source and id: which event it is, within its aggregate. */
    long key;
    long timeMs;
    String kind;
    String queue;
    String agent;
    String referral;
    String reason;
    long episode;
    long talkMs;
    long holdMs;
    long acwMs;
}
