package org.countersign.keys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Parsed;

/**
 * Looks up the public key records for one message, each name once, while the message arrives. The lookups run on other
 * threads, but an instance is not thread-safe.
 */
public final class PublicKeyLookups {
    /** RFC 6376 §6.1.2 leaves the number of records of one name to try to the verifier. */
    private static final int MAX_RECORDS = 4;
    // The rest of a record is mostly the key itself.
    private static final int MAX_RECORD_SHOWN = 24;

    private final DnsLookups dns;
    private final Executor executor;
    private final PublicKeyCache cache;
    private final KeyOperations operations;
    private final Map<DomainName, CompletableFuture<DnsAnswer<DnsRecord.Text>>> started = new LinkedHashMap<>();
    private final Map<DomainName, Answer> read = new HashMap<>(2);

    /** The key records under one name. */
    public sealed interface Answer {
        /**
         * At least one and at most four records, valid or malformed. Records that are not meant as keys are left out.
         */
        record Records(List<Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> records) implements Answer {
            public Records {
                records = List.copyOf(records);
            }
        }

        /** No key record, or none that may be used; the failure is temporary if the DNS gave no final answer. */
        record NoKey(SignatureFailure failure) implements Answer {}
    }

    /**
     * @param executor runs each blocking lookup as one task, best on a virtual thread
     * @param cache the parsed records of earlier messages
     * @param maxRsaBits a longer RSA key is not used
     */
    public PublicKeyLookups(DnsLookups dns, Executor executor, PublicKeyCache cache, int maxRsaBits) {
        this.dns = dns;
        this.executor = executor;
        this.cache = cache;
        this.operations = new KeyOperations(maxRsaBits);
    }

    /** The budget of the message for operations with these keys. */
    public KeyOperations operations() {
        return operations;
    }

    /** Starts the lookup of this name, unless it has been started before. */
    public void start(DomainName keyName) {
        started.computeIfAbsent(
                keyName, name -> CompletableFuture.supplyAsync(() -> dns.lookup(DnsQuery.txt(name)), executor));
    }

    /**
     * Waits for the records, until the deadline of the DNS lookups at most.
     *
     * @throws IllegalArgumentException if the lookup was not started
     */
    public Answer await(DomainName keyName) {
        return read.computeIfAbsent(keyName, this::awaitAndRead);
    }

    private Answer awaitAndRead(DomainName keyName) {
        CompletableFuture<DnsAnswer<DnsRecord.Text>> pending = started.get(keyName);
        if (pending == null) {
            throw new IllegalArgumentException("not started: " + keyName);
        }
        DnsAnswer<DnsRecord.Text> answer = await(pending);
        return switch (answer) {
            case DnsAnswer.Found<DnsRecord.Text> found -> read(keyName, found.records());
            case DnsAnswer.NoData<DnsRecord.Text> none -> missing(keyName, none.describe());
            case DnsAnswer.NoSuchName<DnsRecord.Text> none -> missing(keyName, none.describe());
            // RFC 6376 §6.1.2 step 2: without a response the result is temporary.
            case DnsAnswer.BadAnswer<DnsRecord.Text> bad -> unavailable(keyName, bad);
            case DnsAnswer.Unavailable<DnsRecord.Text> none -> unavailable(keyName, none);
        };
    }

    private static DnsAnswer<DnsRecord.Text> await(CompletableFuture<DnsAnswer<DnsRecord.Text>> pending) {
        try {
            return pending.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a lookup never throws", broken.getCause());
        }
    }

    private Answer read(DomainName keyName, List<DnsRecord.Text> records) {
        List<Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> keys = new ArrayList<>(1);
        for (DnsRecord.Text text : records) {
            if (keys.size() == MAX_RECORDS) {
                break;
            }
            if (!operations.trySpend(KeyOperations.RECORD_COST)) {
                return new Answer.NoKey(KeyOperations.exhausted());
            }
            Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> parsed = cache.parse(text.joined());
            if (PublicKeyRecord.isMeantAsKey(parsed)) {
                keys.add(parsed);
            }
        }
        return keys.isEmpty() ? noKey(keyName, records) : new Answer.Records(keys);
    }

    private static Answer noKey(DomainName keyName, List<DnsRecord.Text> records) {
        List<NearMiss> near = NearMiss.among(records, NearMiss.Protocol.DKIM);
        return near.isEmpty()
                ? missing(keyName, "TXT records, but no key")
                : new Answer.NoKey(
                        new SignatureFailure(SignatureProblem.NO_KEY, nearMiss(near.getFirst()) + " at " + keyName));
    }

    /** Describes a TXT record that was probably meant as a key record, but is not one. */
    public static String nearMiss(NearMiss near) {
        return "a TXT record is no key, " + near.describe(MAX_RECORD_SHOWN);
    }

    private static Answer missing(DomainName keyName, String why) {
        return new Answer.NoKey(new SignatureFailure(SignatureProblem.NO_KEY, keyName + ", " + why));
    }

    private static Answer unavailable(DomainName keyName, DnsAnswer<?> answer) {
        SignatureProblem problem =
                answer.isLocalFailure() ? SignatureProblem.KEY_LOOKUP_GIVEN_UP : SignatureProblem.KEY_UNAVAILABLE;
        return new Answer.NoKey(new SignatureFailure(problem, keyName + ", " + answer.describe()));
    }
}
