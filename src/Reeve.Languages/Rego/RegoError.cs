namespace Reeve.Languages.Rego;

/// <summary>
/// One problem of a module, a query or an evaluation, with OPA's code and the place; row and column start at 1, 0 means no place.
/// </summary>
public sealed record RegoError(string Code, string Message, string File, int Row, int Column)
{
    /// <summary>The text is not Rego.</summary>
    public const string ParseError = "rego_parse_error";

    /// <summary>The module cannot be compiled for a reason without a code of its own.</summary>
    public const string CompileError = "rego_compile_error";

    /// <summary>A name, an arity or a type is wrong.</summary>
    public const string TypeError = "rego_type_error";

    /// <summary>A variable is never bound.</summary>
    public const string UnsafeVariable = "rego_unsafe_var_error";

    /// <summary>A rule needs itself.</summary>
    public const string RecursionError = "rego_recursion_error";

    /// <summary>A complete rule, a function or an object key has two values.</summary>
    public const string ConflictError = "eval_conflict_error";

    /// <summary>An operand of a built-in has the wrong type.</summary>
    public const string EvaluationTypeError = "eval_type_error";

    /// <summary>A built-in failed.</summary>
    public const string BuiltinError = "eval_builtin_error";

    /// <summary>A value given by <c>with</c> does not fit into the document it replaces a part of.</summary>
    public const string WithMergeError = "eval_with_merge_error";

    /// <summary>The evaluation was stopped: by its caller or by a limit.</summary>
    public const string CancelError = "eval_cancel_error";

    /// <summary>A bug in the evaluator, or a limit of it that has no code in OPA.</summary>
    public const string InternalError = "eval_internal_error";

    /// <inheritdoc/>
    public override string ToString() => Row == 0 ? $"{Code}: {Message}" : $"{File}:{Row}:{Column}: {Code}: {Message}";
}
