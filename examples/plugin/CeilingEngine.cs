using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;
using Reeve.Core.Signals;

namespace Ceiling;

/// <summary>An inline engine: a program for each policy revision, an instance of it for each key.</summary>
public sealed class CeilingEngine : IEngine
{
    /// <summary>Its name.</summary>
    public const string EngineName = "ceiling";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IEnumerable<Mistake> CheckSource(PolicyType type) => [];

    /// <inheritdoc/>
    public CompileOutcome Compile(PolicyType type, Policy policy) =>
        policy.Properties.GetProperty("ceiling").GetDouble() is var ceiling && ceiling < 0
            ? CompileOutcome.Wrong(new Mistake(ErrorCodes.NotAllowed, "/spec/properties/ceiling", "a ceiling below zero holds nothing"))
            : CompileOutcome.Of(new Program(policy.Properties.Text("service")!, ceiling));

    private sealed class Program(string service, double ceiling) : IInlineProgram
    {
        public IProgramInstance Open(JsonElement saved) => new Instance(service, ceiling);
    }

    private sealed class Instance(string service, double ceiling) : IProgramInstance
    {
        private double? _last;

        public DateTimeOffset? NextTimer => null;

        public bool IsIdle => true;

        public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
        {
            if (input.Signal is not EventSignal { Event: { Metric: { } metric } seen } || seen.Service != service)
            {
                return;
            }

            _last = metric;
            var text = string.Create(CultureInfo.InvariantCulture, $"{service} is {metric}, above the ceiling of {ceiling}");
            verdicts.Add(metric <= ceiling
                ? Verdict.Passed("ceiling")
                : Verdict.Found("ceiling", new Finding(text, Json.Build(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("ceiling", ceiling);
                    writer.WriteEndObject();
                }))));
        }

        public void OnTimer(in EvaluationInput input, List<Verdict> verdicts)
        {
            // it names no timer
        }

        public JsonElement Save() => default;

        public JsonElement Describe() => Json.Object(("last", _last?.ToString(CultureInfo.InvariantCulture)));
    }
}
