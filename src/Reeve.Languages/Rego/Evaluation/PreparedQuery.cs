using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>A query compiled over a program; can be used by many threads at once.</summary>
public sealed class PreparedQuery
{
    private readonly RegoProgram _program;
    private readonly QueryCode _code;
    private readonly Lazy<QueryCode> _traced;

    internal PreparedQuery(RegoProgram program, Func<bool, QueryCode> generate)
    {
        _program = program;
        _code = generate(false);
        _traced = new(() => generate(true));
    }

    /// <summary>The variables that each row has, in the order of their names.</summary>
    public IReadOnlyList<string> Variables => _code.Names;

    /// <summary>Evaluates the query; never throws for what a policy or its data holds.</summary>
    public QueryOutcome Evaluate(EvaluationInput input, CancellationToken cancellationToken)
    {
        var traced = input.Tracer is not null;
        var code = traced ? _traced.Value : _code;
        var pool = traced ? new ContextPool(_program.TracedCodes.Tree) : _program.Pool;
        var context = pool.Rent();
        try
        {
            context.Begin(input, cancellationToken);
            var rows = new List<QueryRow>();
            context.Collectors.Add(rows);
            var frame = context.Frame(code.FrameSize, out _);
            code.Code.Run(context, frame, 0);
            return new() { Rows = rows, Metrics = new(context.Steps, context.Swallowed) };
        }
        catch (Exception reason) when (context.Ended(reason) is { } failure)
        {
            return new() { Error = failure.Error, Metrics = new(context.Steps, context.Swallowed) };
        }
        finally
        {
            pool.Return(context);
        }
    }
}

/// <summary>The code of a query, and where its variables and the values of its statements are.</summary>
internal sealed record QueryCode(
    Code Code, int FrameSize, string[] Names, int[] Slots, (int Slot, string Text, Location Location)[] Statements);

/// <summary>Makes a row of each answer.</summary>
internal sealed class RowSink(string[] names, int[] slots, (int Slot, string Text, Location Location)[] statements) : Sink
{
    public override bool Yield(Context context, Span<Value?> frame)
    {
        var bindings = new Dictionary<string, Value>(names.Length, StringComparer.Ordinal);
        for (var at = 0; at < names.Length; at++)
        {
            bindings[names[at]] = context.CheckOutput(frame[slots[at]], null)!;
        }

        var values = new StatementValue[statements.Length];
        for (var at = 0; at < values.Length; at++)
        {
            var (slot, text, location) = statements[at];
            var value = slot < 0 ? BooleanValue.True : context.CheckOutput(frame[slot], null)!;
            values[at] = new(value, text, location.Row, location.Column);
        }

        var rows = (List<QueryRow>)context.Collectors[^1];
        rows.Add(new(bindings, values));
        context.CheckRows(rows.Count);
        return false;
    }
}
