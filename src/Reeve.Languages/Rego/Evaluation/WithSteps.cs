using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>One replacement, compiled: a path under input or data, or a function by name.</summary>
internal sealed record Replacement(
    bool IsInput, Value[]? Path, string? Function, Node? Value, CompiledNode? ByFunction, Builtin? ByBuiltin);

/// <summary>Puts replacements in place for the statement that follows, up to <see cref="WithEndStep"/>.</summary>
internal sealed class WithStep(Replacement[] replacements, Location location) : IteratingStep
{
    public override bool Run(Context context, Span<Value?> frame, Code code, int next)
    {
        Guard(context, next + 100);
        var outer = context.Scope;
        var scope = new Scope(outer);
        foreach (var one in replacements)
        {
            if (!Apply(context, frame, scope, one))
            {
                return false;
            }
        }

        context.EnterScope(scope);
        var stop = code.Run(context, frame, next);
        context.EnterScope(outer);
        return stop;
    }

    private bool Apply(Context context, Span<Value?> frame, Scope scope, Replacement one)
    {
        var value = one.Value?.Eval(context, frame);
        if (one.Function is not null)
        {
            if (value is null && one.ByFunction is null && one.ByBuiltin is null)
            {
                return false;
            }

            scope.Mocks = scope.Mocks is null ? [] : new(scope.Mocks);
            scope.Mocks[one.Function] = new(one.ByFunction, one.ByBuiltin, value);
            return true;
        }

        if (value is null)
        {
            return false;
        }

        if (one.IsInput)
        {
            scope.Input = Put(scope.Input, one.Path!, 0, value, false);
            return true;
        }

        scope.Data = Put(scope.Data, one.Path!, 0, value, true);
        scope.Targets = scope.Targets is null ? [one.Path!] : [.. scope.Targets, one.Path!];
        return true;
    }

    private Value Put(Value? into, Value[] path, int at, Value value, bool isData)
    {
        if (at == path.Length)
        {
            return value;
        }

        if (isData && into is not null and not ObjectValue)
        {
            throw new EvaluationFailure(RegoError.WithMergeError, "real and replacement data could not be merged", location);
        }

        var map = into as ObjectValue ?? ObjectValue.Empty;
        var builder = new ObjectBuilder(map);
        builder.Set(path[at], Put(map.Get(path[at]), path, at + 1, value, isData));
        return builder.ToObject();
    }
}

/// <summary>Takes the replacements away for the rest of the body.</summary>
internal sealed class WithEndStep : IteratingStep
{
    public override bool Run(Context context, Span<Value?> frame, Code code, int next)
    {
        var inner = context.Scope;
        context.EnterScope(inner.Parent!);
        var stop = code.Run(context, frame, next);
        context.EnterScope(inner);
        return stop;
    }
}
