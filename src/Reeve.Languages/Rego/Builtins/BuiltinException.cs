namespace Reeve.Languages.Rego.Builtins;

/// <summary>
/// A built-in failed: <c>eval_builtin_error</c> or <c>eval_type_error</c>. In strict mode it ends the evaluation, otherwise the result is
/// undefined.
/// </summary>
public sealed class BuiltinException(string code, string message) : Exception(message)
{
    /// <summary>The code of the error.</summary>
    public string Code { get; } = code;

    /// <summary>True when it ends the evaluation in any mode.</summary>
    public bool Halts { get; init; }
}
