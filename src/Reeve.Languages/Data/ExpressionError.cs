namespace Reeve.Languages.Data;

/// <summary>Why an expression of a path language does not compile, or failed.</summary>
/// <param name="Column">Where in the expression, from 1; 0 when it failed as a whole.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ExpressionError(int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Column > 0 ? $"column {Column}: {Message}" : Message;
}

/// <summary>Ends the reading or the evaluation of an expression from within; never leaves the language.</summary>
internal sealed class ExpressionFault(int column, string message) : Exception(message)
{
    public ExpressionError Error => new(column, Message);
}
