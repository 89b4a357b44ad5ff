using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>A jq program, ready to be run by any number of threads.</summary>
public sealed class JqProgram
{
    /// <summary>The longest program, in characters.</summary>
    public const int Longest = 100_000;

    private readonly Node _root;
    private readonly string[] _variables;

    private JqProgram(Node root, string[] variables)
    {
        _root = root;
        _variables = variables;
    }

    /// <summary>Reads a program that may use the given variables (<c>$marker</c>): either the program, or the first mistake.</summary>
    public static (JqProgram? Program, ExpressionError? Error) Parse(string text, params string[] variables)
    {
        if (text.Length > Longest)
        {
            return (null, new ExpressionError(1, $"the program has more than {Longest} characters"));
        }

        try
        {
            var root = new Parser(text).Program();
            Resolver.Check(root, variables);
            return (new JqProgram(root, variables), null);
        }
        catch (ExpressionFault fault)
        {
            return (null, fault.Error);
        }
    }

    /// <summary>
    /// Everything that the program yields for a value of <see cref="JsonData"/>; when it fails, what it yielded before and why.
    /// The values of the variables stand in the order in which they were named.
    /// </summary>
    public (IReadOnlyList<object?> Values, ExpressionError? Error) Run(
        object? input, TimeProvider clock, EvaluationLimits? limits = null, CancellationToken cancellationToken = default,
        params object?[] variables)
    {
        var budget = new EvaluationBudget(limits ?? EvaluationLimits.Usual, cancellationToken);
        var run = new Run(budget, clock);
        Env env = Env.Root;
        for (var i = 0; i < _variables.Length; i++)
        {
            env = env.With(_variables[i], i < variables.Length ? variables[i] : null);
        }

        var values = new List<object?>();
        try
        {
            foreach (var item in _root.Each(new Item(input, null), env, run))
            {
                budget.Make(1);
                values.Add(item.Value);
            }

            return (values, null);
        }
        catch (JqFault fault)
        {
            return (values, new ExpressionError(0, fault.Text));
        }
        catch (BreakFault)
        {
            return (values, new ExpressionError(0, "break outside of its label"));
        }
        catch (ExpressionFault fault)
        {
            return (values, fault.Error);
        }
    }
}
