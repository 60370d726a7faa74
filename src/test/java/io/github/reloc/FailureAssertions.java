package io.github.reloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.reloc.elf.Failure;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** That something ends in a {@link Failure}: its kind and its whole message. */
public final class FailureAssertions {
    private FailureAssertions() {}

    public static void assertFailure(Failure.Kind kind, String message, ThrowingCallable call) {
        Failure failure = catchThrowableOfType(Failure.class, call);
        assertThat(failure).as("ends in a Failure").isNotNull();
        assertThat(failure.kind() + ": " + failure.getMessage()).isEqualTo(kind + ": " + message);
    }

    public static void assertMalformed(String message, ThrowingCallable call) {
        assertFailure(Failure.Kind.MALFORMED, message, call);
    }

    public static void assertUnsupported(String message, ThrowingCallable call) {
        assertFailure(Failure.Kind.UNSUPPORTED, message, call);
    }
}
