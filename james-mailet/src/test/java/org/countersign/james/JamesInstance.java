package org.countersign.james;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.james.GuiceJamesServer;
import org.apache.james.MemoryJamesConfiguration;
import org.apache.james.MemoryJamesServerMain;
import org.apache.james.data.UsersRepositoryModuleChooser;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.mailrepository.api.MailKey;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.modules.data.MemoryUsersRepositoryModule;
import org.apache.james.modules.protocols.SmtpGuiceProbe;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.james.utils.MailRepositoryProbeImpl;
import org.apache.mailet.Mail;

/**
 * A complete James in this process: an SMTP server on a free loopback port behind a proxy, and a spool that stores queued
 * mail in a repository in memory.
 */
final class JamesInstance implements AutoCloseable {
    private static final String DELIVER_EVERYTHING = """
                <processor state="root">
                  <mailet match="All" class="ToRepository">
                    <repositoryPath>memory://var/mail/delivered/</repositoryPath>
                  </mailet>
                </processor>
        """;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String MAIL_REPOSITORIES = """
            <mailrepositorystore>
              <defaultProtocol>memory</defaultProtocol>
              <mailrepositories>
                <mailrepository class="org.apache.james.mailrepository.memory.MemoryMailRepository">
                  <protocols><protocol>memory</protocol></protocols>
                </mailrepository>
              </mailrepositories>
            </mailrepositorystore>
            """;

    private static final String DOMAIN_LIST = """
            <domainlist>
              <autodetect>false</autodetect>
              <autodetectIP>false</autodetectIP>
              <defaultDomain>home.example</defaultDomain>
            </domainlist>
            """;

    private static final String DNS_SERVICE = """
            <dnsservice>
              <servers><server>127.0.0.1</server></servers>
              <autodiscover>false</autodiscover>
            </dnsservice>
            """;

    private static final String USERS_REPOSITORY = """
            <usersrepository><enableVirtualHosting>true</enableVirtualHosting></usersrepository>
            """;

    private final GuiceJamesServer server;

    private JamesInstance(GuiceJamesServer server) {
        this.server = server;
    }

    /**
     * Starts a James.
     *
     * @param directory an empty directory
     * @param handlerChain the element of {@code smtpserver.xml}
     */
    static JamesInstance start(Path directory, String handlerChain) throws Exception {
        return start(directory, handlerChain, DELIVER_EVERYTHING);
    }

    /**
     * Starts a James.
     *
     * @param directory an empty directory
     * @param handlerChain the element of {@code smtpserver.xml}, and optional others
     * @param processors elements of {@code mailetcontainer.xml}: {@code root}, and processors that James does not have itself
     */
    static JamesInstance start(Path directory, String handlerChain, String processors) throws Exception {
        configure(Files.createDirectories(directory.resolve("conf")), handlerChain, processors);
        MemoryJamesConfiguration configuration = MemoryJamesConfiguration.builder()
                .workingDirectory(directory.toFile())
                .usersRepository(UsersRepositoryModuleChooser.Implementation.DEFAULT)
                .build();
        GuiceJamesServer server = GuiceJamesServer.forConfiguration(configuration)
                .combineWith(MemoryJamesServerMain.SMTP_ONLY_MODULE)
                .combineWith(new UsersRepositoryModuleChooser(new MemoryUsersRepositoryModule())
                        .chooseModules(configuration.getUsersRepositoryImplementation()));
        server.start();
        return new JamesInstance(server);
    }

    private static void configure(Path conf, String handlerChain, String processors) throws Exception {
        Files.writeString(conf.resolve("smtpserver.xml"), smtpServer(handlerChain));
        Files.writeString(conf.resolve("mailetcontainer.xml"), mailetContainer(processors));
        Files.writeString(conf.resolve("mailrepositorystore.xml"), MAIL_REPOSITORIES);
        Files.writeString(conf.resolve("domainlist.xml"), DOMAIN_LIST);
        Files.writeString(conf.resolve("dnsservice.xml"), DNS_SERVICE);
        Files.writeString(conf.resolve("usersrepository.xml"), USERS_REPOSITORY);
    }

    private static String smtpServer(String handlerChain) {
        return """
            <smtpservers>
              <smtpserver enabled="true">
                <jmxName>smtpserver</jmxName>
                <bind>127.0.0.1:0</bind>
                <connectionBacklog>20</connectionBacklog>
                <tls socketTLS="false" startTLS="false"/>
                <proxyRequired>true</proxyRequired>
                <connectiontimeout>60</connectiontimeout>
                <maxmessagesize>0</maxmessagesize>
                <gracefulShutdown>false</gracefulShutdown>
            """ + handlerChain + """
              </smtpserver>
            </smtpservers>
            """;
    }

    private static String mailetContainer(String processors) {
        return """
            <mailetcontainer>
              <context><postmaster>postmaster@home.example</postmaster></context>
              <spooler><threads>1</threads><errorRepository>memory://var/mail/error/</errorRepository></spooler>
              <processors>
            """ + processors + """
                <processor state="error" enableJmx="false">
                  <mailet match="All" class="ToRepository">
                    <repositoryPath>memory://var/mail/error/</repositoryPath>
                  </mailet>
                </processor>
                <processor state="transport" enableJmx="false">
                  <mailet match="All" class="RemoveMimeHeader"><name>bcc</name></mailet>
                </processor>
                <processor state="bounces" enableJmx="false">
                  <mailet match="All" class="Null"/>
                </processor>
              </processors>
            </mailetcontainer>
            """;
    }

    int port() {
        return server.getProbe(SmtpGuiceProbe.class).getSmtpPort().getValue();
    }

    /** Waits for a number of stored messages, and returns their octets as ISO 8859-1. */
    List<String> awaitDelivered(int messages) throws Exception {
        return awaitStored("delivered", messages);
    }

    /** The same for another repository. */
    List<String> awaitStored(String name, int messages) throws Exception {
        MailRepositoryUrl repository = MailRepositoryUrl.from("memory://var/mail/" + name + "/");
        MailRepositoryProbeImpl repositories = server.getProbe(MailRepositoryProbeImpl.class);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!repositories.listRepositoryUrls().contains(repository)
                || repositories.getRepositoryMailCount(repository) < messages) {
            if (System.nanoTime() > end) {
                throw new AssertionError("James has not put " + messages + " messages into " + name);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        List<String> delivered = new ArrayList<>();
        for (MailKey key : repositories.listMailKeys(repository)) {
            Mail mail = repositories.getMail(repository, key);
            // MimeMessage.writeTo would turn 8-bit header fields into question marks.
            try (InputStream message = new MimeMessageInputStream(mail.getMessage())) {
                delivered.add(new String(message.readAllBytes(), StandardCharsets.ISO_8859_1));
            } finally {
                LifecycleUtil.dispose(mail);
            }
        }
        return delivered;
    }

    @Override
    public void close() {
        server.stop();
    }
}
