using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.GoTemplate;

/// <summary>Why a template does not compile, or failed.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong.</param>
public sealed record GoTemplateError(int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Line}:{Column}: {Message}";
}

/// <summary>A text of Go's text/template, ready to be rendered by any number of threads.</summary>
public sealed class GoTemplateProgram
{
    /// <summary>The longest template, in characters.</summary>
    public const int Longest = 1024 * 1024;

    private readonly string _text;
    private readonly Block _root;
    private readonly Dictionary<string, Block> _named;

    private GoTemplateProgram(string text, Block root, Dictionary<string, Block> named)
    {
        _text = text;
        _root = root;
        _named = named;
    }

    /// <summary>Reads a template that may call the given functions beside the built-in ones: either the program, or the first
    /// mistake.</summary>
    public static (GoTemplateProgram? Program, GoTemplateError? Error) Parse(string text, params string[] functions)
    {
        if (text.Length > Longest)
        {
            return (null, new GoTemplateError(1, 1, $"the template has more than {Longest} characters"));
        }

        try
        {
            var parser = new Parser(text, functions);
            return (new GoTemplateProgram(text, parser.Parse(), parser.Named), null);
        }
        catch (ExpressionFault fault)
        {
            return (null, Place(text, fault));
        }
    }

    /// <summary>
    /// The text made of a value of <see cref="JsonData"/>; integers may also be <see cref="long"/>. What was made before a failure is lost.
    /// </summary>
    public (string? Text, GoTemplateError? Error) Render(
        object? data, IReadOnlyDictionary<string, Func<object?[], object?>>? functions = null, EvaluationLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var run = new Execution(_named, functions, new EvaluationBudget(limits ?? EvaluationLimits.Usual, cancellationToken));
            run.Render(_root, data);
            return (run.Output.ToString(), null);
        }
        catch (ExpressionFault fault)
        {
            return (null, Place(_text, fault));
        }
    }

    private static GoTemplateError Place(string text, ExpressionFault fault)
    {
        var before = text.AsSpan(0, Math.Clamp(fault.Error.Column - 1, 0, text.Length));
        return new GoTemplateError(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), fault.Message);
    }
}
