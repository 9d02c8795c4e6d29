# Lets Mail::SPF answer the cases of SpfDifferentialIT. The protocol is described in SpfPeer.
use strict;
use warnings;

# Read by %{t}; set before any module is compiled, so that all of them see it.
my $time;
BEGIN { *CORE::GLOBAL::time = sub () { defined($time) ? $time : CORE::time() }; }

$| = 1;
if (!eval { require Mail::SPF; require Net::DNS; 1 }) {
    print "MISSING\n";
    exit;
}

# What Mail::SPF needs of a resolver.
package Resolver {
    sub new { return bless {error => ''}, shift }
    sub errorstring { return $_[0]{error} }

    sub send {
        my ($self, $name, $type) = @_;
        utf8::encode($name) if utf8::is_utf8($name);
        print join("\t", 'ASK', $type, unpack('H*', $name)), "\n";
        chomp(my $line = <STDIN>);
        my ($kind, $aliases, @records) = split /\t/, $line, -1;
        $self->{error} = $kind eq 'TIMEOUT' ? 'query timed out' : '';
        return undef if $kind eq 'TIMEOUT';
        my $packet = Net::DNS::Packet->new;
        $packet->header->rcode($kind =~ /^(NXDOMAIN|SERVFAIL)$/ ? $kind : 'NOERROR');
        # Mail::SPF does not look at the owners of the records.
        $packet->push(answer => Net::DNS::RR->new("owner.example. CNAME $_.")) for split /,/, $aliases;
        $packet->push(answer => record($type, $_)) for @records;
        return $packet;
    }

    sub record {
        my ($type, $data) = @_;
        if ($type eq 'TXT') {
            # In the form of RFC 3597, so that no octet is read as an escape.
            my $wire = join '', map { sprintf('%02x', length($_) / 2) . $_ } split(/,/, $data, -1);
            return Net::DNS::RR->new('owner.example. TXT \# ' . length($wire) / 2 . " $wire");
        }
        $data .= '.' if $type =~ /^(MX|PTR)$/ && $data !~ /\.$/;
        return Net::DNS::RR->new("owner.example. $type $data");
    }
}

sub result {
    my ($receiver, $client, $identity, $local_part, $domain, $helo) = @_;
    my $code = eval {
        my $server = Mail::SPF::Server->new(dns_resolver => Resolver->new, hostname => $receiver);
        my $request = Mail::SPF::Request->new(
            versions      => [1],
            scope         => $identity eq 'HELO' ? 'helo' : 'mfrom',
            identity      => $identity eq 'HELO' ? $helo : "$local_part\@$domain",
            ip_address    => $client,
            helo_identity => $helo,
        );
        $server->process($request)->code;
    };
    print STDERR "$client $local_part\@$domain: $@\n" if !defined($code);
    return $code // 'crash';
}

print "READY\t$Mail::SPF::VERSION\n";
while (my $line = <STDIN>) {
    chomp $line;
    my ($receiver, $now, $client, $identity, @hex) = split /\t/, $line, -1;
    $time = $now;
    print "SAYS\t", result($receiver, $client, $identity, map { pack 'H*', $_ } @hex), "\n";
}
