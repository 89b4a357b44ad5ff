using Reeve.Languages.Data;

namespace Reeve.Languages.JmesPath;

/// <summary>A JMESPath expression, ready to be evaluated by any number of threads.</summary>
public sealed class JmesPathProgram
{
    /// <summary>The longest expression, in characters.</summary>
    public const int Longest = 20_000;

    private readonly Node _root;

    private JmesPathProgram(Node root) => _root = root;

    /// <summary>Reads an expression: either a program, or the first mistake.</summary>
    public static (JmesPathProgram? Program, ExpressionError? Error) Parse(string text)
    {
        if (text.Length > Longest)
        {
            return (null, new ExpressionError(1, $"the expression has more than {Longest} characters"));
        }

        try
        {
            return (new JmesPathProgram(new Parser(text).Parse()), null);
        }
        catch (ExpressionFault fault)
        {
            return (null, fault.Error);
        }
    }

    /// <summary>What the expression finds in a value of <see cref="JsonData"/>, or why it failed.</summary>
    public (object? Value, ExpressionError? Error) Evaluate(
        object? value, EvaluationLimits? limits = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return (_root.Find(value, new EvaluationBudget(limits ?? EvaluationLimits.Usual, cancellationToken)), null);
        }
        catch (ExpressionFault fault)
        {
            return (null, fault.Error);
        }
    }
}
