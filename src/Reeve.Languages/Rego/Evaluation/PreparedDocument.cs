using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>A document under <c>data</c>, found once, evaluated many times.</summary>
public sealed class PreparedDocument
{
    private readonly RegoProgram _program;
    private readonly CompiledNode? _node;
    private readonly int _id;
    private readonly Value[] _path;
    private readonly Value[] _rest;

    internal PreparedDocument(RegoProgram program, Value[] path)
    {
        _program = program;
        _path = path;
        var node = program.Codes.Tree.Root;
        var at = 0;
        while (at < path.Length && !node.HasRules && node.Children.TryGetValue(path[at], out var child))
        {
            node = child;
            at++;
        }

        _rest = path[at..];
        _id = node.Id;
        _node = node.HasRules || at == path.Length ? node : null;
    }

    /// <summary>Evaluates the document; never throws for what a policy or its data holds.</summary>
    public Decision Evaluate(EvaluationInput input, CancellationToken cancellationToken)
    {
        var pool = input.Tracer is null ? _program.Pool : new ContextPool(_program.TracedCodes.Tree);
        var context = pool.Rent();
        try
        {
            context.Begin(input, cancellationToken);
            var node = _node is null ? null : input.Tracer is null ? _node : _program.TracedCodes[_program.Compilation.Nodes[_id]];
            var value = node is null ? context.Scope.Base(_path)
                : context.CheckOutput(
                    _rest.Length == 0 ? node.Document(context) : node.DocumentAt(context, _rest),
                    node.Rules.Length > 0 ? node.Rules[0] : null);
            return new(value, null);
        }
        catch (Exception reason) when (context.Ended(reason) is { } failure)
        {
            return new(null, failure.Error);
        }
        finally
        {
            pool.Return(context);
        }
    }
}
