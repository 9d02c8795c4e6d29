# Times Mail::SPF: mail-spf.pl PORT CHECKS CLIENT SENDER HELO; prints result, wall and CPU time in ns.
use strict;
use warnings;
use Mail::SPF;
use Net::DNS::Resolver;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID);

my ($port, $checks, $client, $sender, $helo) = @ARGV;
my $resolver = Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], port => $port);
my $server = Mail::SPF::Server->new(dns_resolver => $resolver, hostname => 'receiver.example');

sub check_all {
    for (1 .. $checks) {
        my $request = Mail::SPF::Request->new(
            scope => 'mfrom', identity => $sender, ip_address => $client, helo_identity => $helo);
        my $result = $server->process($request)->code;
        die "not a pass but a $result\n" if $result ne 'pass';
    }
}

check_all();
my ($wall, $cpu) = (clock_gettime(CLOCK_MONOTONIC), clock_gettime(CLOCK_PROCESS_CPUTIME_ID));
check_all();
printf "pass %.0f %.0f\n", (clock_gettime(CLOCK_MONOTONIC) - $wall) * 1e9,
    (clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $cpu) * 1e9;
