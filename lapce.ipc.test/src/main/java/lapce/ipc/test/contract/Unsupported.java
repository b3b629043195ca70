package lapce.ipc.test.contract;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import lapce.ipc.api.spi.TransportProvider;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips tests and properties of a transport that says that it cannot serve here. Without any provider they are run, and fail.
public final class Unsupported implements ExecutionCondition, SkipExecutionHook {
    /// For JUnit and jqwik.
    public Unsupported() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTestInstance()
                .flatMap(Unsupported::reason)
                .map(ConditionEvaluationResult::disabled)
                .orElse(ConditionEvaluationResult.enabled(null));
    }

    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        return Optional.of(context)
                .filter(PropertyLifecycleContext.class::isInstance)
                .flatMap(property -> reason(((PropertyLifecycleContext) property).testInstance()))
                .map(SkipResult::skip)
                .orElse(SkipResult.doNotSkip());
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    private static Optional<String> reason(Object test) {
        String scheme = ((PairFixture) test).scheme();
        List<Optional<String>> reasons = ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.scheme().equals(scheme))
                .map(TransportProvider::unsupportedReason)
                .toList();
        boolean isServed = reasons.isEmpty() || reasons.contains(Optional.<String>empty());
        return isServed ? Optional.empty() : Optional.of("scheme=" + scheme + ": " + reasons.getFirst().orElseThrow());
    }
}
