using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Text.Json;
using Reeve.Actors.Inputs;
using Reeve.Core.Documents;
using Reeve.Core.Targets;

namespace Reeve.Actors.Drivers;

/// <summary>
/// Keeps instances in memory and does nothing else: for trying policies and for replays. Takes the time that it is told to take, and fails
/// where it is told to fail; an instance that it has not heard of is in the state that its target says.
/// </summary>
public sealed class SimulatedDriver(TimeProvider time) : IDriver
{
    private static readonly TimeSpan LongestDuration = TimeSpan.FromHours(24);
    private readonly ConcurrentDictionary<TargetKey, SimulatedInstance> _instances = new();
    private readonly ConcurrentDictionary<(TargetKey Target, DriverVerb Verb, int Rule), int> _failures = new();

    /// <inheritdoc/>
    public string Name => "simulated";

    /// <inheritdoc/>
    public async Task<DriverOutcome> InvokeAsync(DriverCall call, CancellationToken cancellationToken)
    {
        var path = call.Target.Key.Path;
        var (plan, mistakes) = Read(call);
        if (mistakes.Count > 0)
        {
            return DriverOutcome.Failed(call.Target.State, $"{path}: driver `simulated`: {string.Join("; ", mistakes)}", transient: false);
        }

        var instance = _instances.GetOrAdd(call.Target.Key, _ => new SimulatedInstance { State = call.Target.State });
        await instance.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (call.Verb == DriverVerb.Check || instance.LastKey == (call.Verb, call.IdempotencyKey))
            {
                return DriverOutcome.Done(instance.State, Learned(instance));
            }

            if (plan.Duration > TimeSpan.Zero)
            {
                await Task.Delay(plan.Duration, time, cancellationToken).ConfigureAwait(false);
            }

            for (var i = 0; i < plan.Failures.Count; i++)
            {
                var failure = plan.Failures[i];
                if (failure.Verb == call.Verb && FileSystemName.MatchesSimpleExpression(failure.Instances, call.Target.Key.Name)
                    && _failures.AddOrUpdate((call.Target.Key, call.Verb, i), 1, (_, count) => count + 1) <= failure.Times)
                {
                    instance.State = call.Verb is DriverVerb.Start ? TargetState.Failed : instance.State;
                    return DriverOutcome.Failed(instance.State, $"{path}: {failure.Error}", transient: true);
                }
            }

            instance.State = call.Verb switch
            {
                DriverVerb.Create => instance.State is TargetState.Started ? TargetState.Started : TargetState.Stopped,
                DriverVerb.Start => TargetState.Started,
                DriverVerb.Stop => instance.State is TargetState.Deleted ? TargetState.Deleted : TargetState.Stopped,
                _ => TargetState.Deleted,
            };
            instance.Starts += call.Verb == DriverVerb.Start ? 1 : 0;
            instance.LastKey = (call.Verb, call.IdempotencyKey);
            return DriverOutcome.Done(instance.State, Learned(instance));
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    private static JsonElement Learned(SimulatedInstance instance) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("simulated_starts", instance.Starts);
        writer.WriteEndObject();
    });

    private static (Plan Plan, List<string> Mistakes) Read(DriverCall call)
    {
        var mistakes = new List<string>();
        var reader = new InputReader(call.Config, mistakes);
        var durations = new Dictionary<DriverVerb, TimeSpan>();
        foreach (var verb in (DriverVerb[])[DriverVerb.Create, DriverVerb.Start, DriverVerb.Stop, DriverVerb.Delete])
        {
            durations[verb] = reader.Duration(verb.ToString().ToLowerInvariant(), TimeSpan.Zero, LongestDuration);
        }

        var failures = reader.Objects("fail", ReadFailure);
        reader.Close();
        return (new Plan(durations.GetValueOrDefault(call.Verb), failures), mistakes);
    }

    private static Failure ReadFailure(InputReader rule)
    {
        var verb = rule.RequiredText("verb");
        if (!Enum.TryParse<DriverVerb>(verb, ignoreCase: true, out var known) || known == DriverVerb.Check)
        {
            rule.Report("verb", $"expected create, start, stop or delete, found `{verb}`");
        }

        var times = rule.Whole("times", int.MaxValue, 1, int.MaxValue);
        return new Failure(known, rule.Text("instances") ?? "*", times, rule.Text("error") ?? "told to fail");
    }

    private sealed record Plan(TimeSpan Duration, IReadOnlyList<Failure> Failures);

    private sealed record Failure(DriverVerb Verb, string Instances, int Times, string Error);

    private sealed class SimulatedInstance
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public TargetState State { get; set; }

        public int Starts { get; set; }

        public (DriverVerb Verb, string Key)? LastKey { get; set; }
    }
}
