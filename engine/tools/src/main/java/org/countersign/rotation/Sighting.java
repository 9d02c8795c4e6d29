package org.countersign.rotation;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;

/**
 * What the authoritative servers say about the record of one key.
 *
 * @param servers an item for each address of each server that was asked, along the aliases
 * @param problem why no server was asked, one line; empty if servers were asked
 */
public record Sighting(List<ServerView> servers, String problem) {
    /** No server was asked, because no answer is needed. */
    static final Sighting NONE = new Sighting(List.of(), "");

    public Sighting {
        servers = List.copyOf(servers);
    }

    /** What a server has under the name of a key. */
    public enum View {
        /** The record of this key, or the alias that leads to it. */
        RIGHT,
        /** No record. */
        MISSING,
        /** Another record, or several. */
        OTHER,
        /** A record with an empty {@code p=}. */
        REVOKED,
        /** No answer, or one without authority. */
        FAILED
    }

    /**
     * The view of one address of a server.
     *
     * @param name that was asked for: that of the key, or what it is an alias for
     * @param detail one line
     * @param ttl how long a cache may keep the answer
     * @param serial of the zone; empty if the server did not say
     */
    public record ServerView(
            DomainName name,
            DomainName server,
            InetAddress address,
            View view,
            String detail,
            Duration ttl,
            OptionalLong serial) {}

    /** Whether every server has the record. */
    public boolean isRightEverywhere() {
        return !servers.isEmpty() && servers.stream().allMatch(each -> each.view() == View.RIGHT);
    }

    /** Whether a server answers that it has not got the record. */
    public boolean isWrongSomewhere() {
        return servers.stream().anyMatch(Sighting::isWrong);
    }

    /** Whether every server answers, and at least at one name of the chain none has the record. */
    public boolean isAbsentEverywhere() {
        List<ServerView> last = last();
        return !last.isEmpty() && last.stream().allMatch(Sighting::isWrong);
    }

    /** Whether a server that has the record itself was seen. */
    public boolean isRightSomewhere() {
        return last().stream().anyMatch(each -> each.view() == View.RIGHT);
    }

    /** The servers of the name at the end of the chain of aliases. */
    private List<ServerView> last() {
        return servers.isEmpty()
                ? servers
                : servers.stream()
                        .filter(each -> each.name().equals(servers.getLast().name()))
                        .toList();
    }

    /** The servers that gave no answer. */
    public List<ServerView> failed() {
        return servers.stream().filter(each -> each.view() == View.FAILED).toList();
    }

    /** Whether several addresses were asked, and nothing came back from any. */
    boolean isUnanswered() {
        return servers.size() > 1
                && servers.stream()
                        .allMatch(each -> each.view() == View.FAILED
                                && each.serial().isEmpty()
                                && !each.detail().contains("authority")
                                && !each.detail().startsWith("answers"));
    }

    /** The first server that answers otherwise. */
    String firstWrong() {
        return servers.stream()
                .filter(Sighting::isWrong)
                .findFirst()
                .map(each -> each.server() + " (" + each.address().getHostAddress() + ") has " + each.detail())
                .orElse("");
    }

    /** The longest time for which a cache may keep an answer other than the record; zero for none. */
    Duration longestOtherTtl() {
        return longest(Sighting::isWrong);
    }

    /** The longest time for which a cache may keep the record; zero if no server has it. */
    Duration recordTtl() {
        return longest(each -> each.view() == View.RIGHT);
    }

    private Duration longest(Predicate<ServerView> which) {
        return servers.stream()
                .filter(which)
                .map(ServerView::ttl)
                .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }

    /** Leaves out servers whose answers do not count. */
    Sighting without(Collection<DomainName> ignored) {
        return new Sighting(
                servers.stream()
                        .filter(each -> !ignored.contains(each.server()))
                        .toList(),
                problem);
    }

    private static boolean isWrong(ServerView each) {
        return each.view() == View.MISSING || each.view() == View.OTHER || each.view() == View.REVOKED;
    }
}
