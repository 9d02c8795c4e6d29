package org.countersign.james.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.junit.jupiter.api.Test;

class HookResultsTest {
    @Test
    void aTemporaryFailureIsASoftDenialWithTheReplyOfThePolicy() {
        HookResult result =
                HookResults.of(new Verdict.TempFail(new SmtpReply(451, "4.7.24", "SPF cannot be evaluated")));

        assertThat(result.getResult()).isEqualTo(HookReturnCode.denySoft());
        assertThat(result.getSmtpRetCode()).isEqualTo("451");
        assertThat(result.getSmtpDescription()).hasToString("4.7.24 SPF cannot be evaluated");
    }
}
