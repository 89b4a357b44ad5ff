using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;

namespace Reeve.Engines.Streams;

/// <summary>
/// The engine of policy types that are written in Riemann's stream language; docs/streams-engine.md says what a program sees and where it
/// may send to. The source is an object with the member <c>program</c>.
/// </summary>
public sealed class StreamsEngine : IEngine
{
    /// <summary>The engine's name.</summary>
    public const string EngineName = "streams";

    internal const string Trigger = "trigger";
    internal const string Incident = "incident";
    internal const string Log = "log";

    /// <summary>Where a program sends to.</summary>
    internal static readonly string[] Outputs = [Trigger, Incident, Log];

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IEnumerable<Mistake> CheckSource(PolicyType type)
    {
        var mistakes = new List<Mistake>();
        Read(type, mistakes);
        return mistakes;
    }

    /// <inheritdoc/>
    public CompileOutcome Compile(PolicyType type, Policy policy)
    {
        var mistakes = new List<Mistake>();
        if (Read(type, mistakes) is not { } program)
        {
            return CompileOutcome.Wrong(mistakes);
        }

        var values = Names(type).Select(n => policy.Properties.TryGetProperty(n, out var value) ? EventJson.ReadValue(value) : null);
        return CompileOutcome.Of(new StreamsProgram(program, [.. values]));
    }

    private static List<string> Names(PolicyType type) => [.. type.Properties.Fields?.Keys ?? []];

    private static StreamProgram? Read(PolicyType type, List<Mistake> mistakes)
    {
        var fields = new FieldReader(type.Source, "/spec/source", mistakes);
        var text = fields.Text("program");
        fields.Close();
        if (text is null)
        {
            if (mistakes.Count == 0)
            {
                fields.Report(ErrorCodes.MissingField, "program", "the field `program` is missing: the text of a stream program");
            }

            return null;
        }

        var options = new StreamOptions { Sinks = Outputs, Properties = Names(type) };
        var program = StreamProgram.Compile(text, options, out var problems);
        foreach (var problem in problems)
        {
            fields.Report(ErrorCodes.NotAllowed, "program", problem.ToString());
        }

        return program;
    }
}

/// <summary>The program of one policy revision, with the values of its properties.</summary>
internal sealed class StreamsProgram(StreamProgram program, IReadOnlyList<object?> properties) : IInlineProgram
{
    public IProgramInstance Open(JsonElement saved) => new StreamsInstance(program, properties, saved);
}
