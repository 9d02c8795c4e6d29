package org.countersign.keys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Fetches the public keys for one message, each name once, while the message still arrives. Not for
 * several threads at once, though the look-ups run on others.
 */
public final class PublicKeyLookups {
    /** RFC 6376 §6.1.2 leaves it to the verifier how many records of one name it tries. */
    private static final int MAX_RECORDS = 4;
    // The rest is for the most part the key itself.
    private static final int MAX_RECORD_SHOWN = 24;

    private final DnsLookups dns;
    private final Executor executor;
    private final Function<Octets, Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> parser;
    private final KeyOperations operations;
    private final Map<DomainName, CompletableFuture<DnsAnswer<DnsRecord.Text>>> started = new LinkedHashMap<>();
    private final Map<DomainName, Answer> read = new HashMap<>(2);

    /** What is published under a name. */
    public sealed interface Answer {
        /**
         * Records that are there, right or wrong; at least one.
         *
         * @param records at most four, those that are meant as keys
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
     * @param executor runs one blocking look-up per task; virtual threads do best
     */
    public PublicKeyLookups(DnsLookups dns, Executor executor) {
        this(dns, executor, PublicKeyRecord::parse, new KeyOperations(VerificationKey.Rsa.DEFAULT_MAX_BITS));
    }

    /**
     * @param parser does what {@link PublicKeyRecord#parse} does
     * @param operations what may be done with the keys
     */
    public PublicKeyLookups(
            DnsLookups dns,
            Executor executor,
            Function<Octets, Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> parser,
            KeyOperations operations) {
        this.dns = dns;
        this.executor = executor;
        this.parser = parser;
        this.operations = operations;
    }

    /** What may be done with the keys of this message. */
    public KeyOperations operations() {
        return operations;
    }

    /** Begins to fetch the records of this name, unless that has begun before. */
    public void start(DomainName keyName) {
        started.computeIfAbsent(
                keyName, name -> CompletableFuture.supplyAsync(() -> dns.lookup(DnsQuery.txt(name)), executor));
    }

    /**
     * Waits for the records, no longer than the look-ups' own deadline.
     *
     * @throws IllegalArgumentException if the name was not started
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
            // RFC 6376 §6.1.2 step 2: no response means that the result is not final.
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
            throw new IllegalStateException("a look-up never throws", broken.getCause());
        }
    }

    private Answer read(DomainName keyName, List<DnsRecord.Text> records) {
        List<Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> keys = new ArrayList<>(1);
        for (DnsRecord.Text text : records) {
            if (keys.size() == MAX_RECORDS) {
                break;
            }
            if (!operations.spend(KeyOperations.COST_OF_RECORD)) {
                return new Answer.NoKey(KeyOperations.exhausted());
            }
            Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> parsed = parser.apply(text.joined());
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

    /** What is wrong with the TXT record that was meant as a key. */
    public static String nearMiss(NearMiss near) {
        return "a TXT record is no key, " + near.describe(MAX_RECORD_SHOWN);
    }

    private static Answer missing(DomainName keyName, String why) {
        return new Answer.NoKey(new SignatureFailure(SignatureProblem.NO_KEY, keyName + ", " + why));
    }

    private static Answer unavailable(DomainName keyName, DnsAnswer<?> answer) {
        SignatureProblem problem =
                answer.isOurFailure() ? SignatureProblem.KEY_LOOKUP_GIVEN_UP : SignatureProblem.KEY_UNAVAILABLE;
        return new Answer.NoKey(new SignatureFailure(problem, keyName + ", " + answer.describe()));
    }
}
