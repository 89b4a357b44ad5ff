using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates.Syntax;
using Reeve.Languages.XPath;

namespace Reeve.Flexera.Terms;

/// <summary>The value of a term.</summary>
internal static class TermValue
{
    /// <summary>As objects: a long list too.</summary>
    /// <exception cref="TermFault">It has none.</exception>
    public static object? Evaluate(Term term, TermScope scope) => Packed(term, scope) is var value && value is RowList rows
        ? rows.Whole : value;

    /// <summary>The same, but a long list that the term only names stays packed.</summary>
    /// <exception cref="TermFault">It has none.</exception>
    public static object? Packed(Term term, TermScope scope) => term switch
    {
        StringTerm text => text.Value,
        NumberTerm number => number.Value,
        BooleanTerm boolean => boolean.Value,
        NullTerm => null,
        RegexTerm regex => regex.Expression ?? throw new TermFault($"`/{regex.Pattern}/` is no regular expression"),
        ArrayTerm array => List(array, scope),
        ObjectTerm map => Map(map, scope),
        ReferenceTerm reference => scope.Reference(reference.Name),
        ResourceTerm resource => throw new TermFault($"`@{resource.Name}`: resources of the cloud management are not supported"),
        CallTerm call => Call(call, scope),
        WordTerm word => Word(word.Name, scope),
        ArithmeticTerm sum => Arithmetic(sum.Operator, Evaluate(sum.Left, scope), Evaluate(sum.Right, scope)),
        _ => throw new TermFault("the term cannot be evaluated"),
    };

    /// <summary>The items that <c>collect</c> and <c>iterate</c> go through; jq and XPath yield all they find there.</summary>
    public static IReadOnlyList<object?> EvaluateAll(Term term, TermScope scope) => term switch
    {
        CallTerm { Name: "jq", Arguments: [var from, var path, ..] } call when !IsSimple(call) =>
            AllOf(TextOf(path, scope), Values.Items(scope.Paths.Jq(Evaluate(from, scope), TextOf(path, scope), true, scope.Marker))),
        CallTerm { Name: "xpath", Arguments: [var from, var path, ..] } call when !IsSimple(call) =>
            Values.Items(scope.Paths.XPath(Evaluate(from, scope), TextOf(path, scope), true)),
        _ => Packed(term, scope) is var value && value is RowList rows ? rows : Values.Items(value),
    };

    // `.items` and `.items[]` are meant alike where a list is gone through
    private static List<object?> AllOf(string program, List<object?> found) =>
        found is [List<object?> only] && !program.Contains("[]", StringComparison.Ordinal) ? only
        : found is [null] ? [] : found;

    private static bool IsSimple(CallTerm call) => call.Arguments is [_, _, StringTerm { Value: "simple_element" }];

    private static string TextOf(Term term, TermScope scope) =>
        Evaluate(term, scope) as string ?? throw new TermFault("the expression is no string");

    private static List<object?> List(ArrayTerm array, TermScope scope)
    {
        var list = new List<object?>(array.Items.Length);
        foreach (var item in array.Items)
        {
            list.Add(Evaluate(item, scope));
        }

        return list;
    }

    private static OrderedDictionary<string, object?> Map(ObjectTerm term, TermScope scope)
    {
        var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in term.Fields)
        {
            map[name] = Evaluate(value, scope);
        }

        return map;
    }

    private static object? Word(string name, TermScope scope) => name switch
    {
        "response" => scope.Response,
        "iter_item" => scope.IterItem,
        "iter_index" => scope.IterIndex,
        "col_item" => scope.ColItem,
        "col_index" => scope.ColIndex,
        "data" => scope.Data,
        "item" => scope.Item,
        "now" => scope.Clock.GetUtcNow(),
        _ => scope.Word(name),
    };

    private static object? Call(CallTerm call, TermScope scope)
    {
        switch (call.Name)
        {
            case "jmes_path":
                return scope.Paths.JmesPath(Evaluate(call.Arguments[0], scope), TextOf(call.Arguments[1], scope));
            case "jq":
                return scope.Paths.Jq(
                    Evaluate(call.Arguments[0], scope), TextOf(call.Arguments[1], scope), IsAll(call, scope), scope.Marker);
            case "xpath":
                var found = scope.Paths.XPath(Evaluate(call.Arguments[0], scope), TextOf(call.Arguments[1], scope), IsAll(call, scope));
                return found is List<object?> nodes ? nodes.ConvertAll(n => n is XmlData node ? node.Text : n) : found;
            case "header":
                var name = TextOf(call.Arguments[^1], scope);
                return scope.Headers is { } headers && headers.TryGetValue(name, out var header) ? header : null;
            case "now":
                return scope.Clock.GetUtcNow();
            case "cred":
                return scope.Secret(TextOf(call.Arguments[0], scope));
            case "switch":
                // only what was chosen has to have a value
                return Evaluate(call.Arguments[IsTrue(call.Arguments[0], scope) ? 1 : 2], scope);
            case "logic_and":
                return IsTrue(call.Arguments[0], scope) && IsTrue(call.Arguments[1], scope);
            case "logic_or":
                return IsTrue(call.Arguments[0], scope) || IsTrue(call.Arguments[1], scope);
            default:
                var arguments = new object?[call.Arguments.Length];
                for (var i = 0; i < arguments.Length; i++)
                {
                    arguments[i] = Packed(call.Arguments[i], scope);
                }

                return TermFunctions.Call(call.Name, arguments);
        }
    }

    /// <summary>Does it hold? A list does when it has items.</summary>
    /// <exception cref="TermFault">It has no value.</exception>
    public static bool IsTrue(Term term, TermScope scope) => Values.IsTrue(Packed(term, scope));

    private static bool IsAll(CallTerm call, TermScope scope) =>
        call.Arguments.Length == 3 && Evaluate(call.Arguments[2], scope) as string == "array";

    private static object? Arithmetic(string mark, object? left, object? right) => mark switch
    {
        "+" when left is string || right is string => Values.Text(left) + Values.Text(right),
        "+" => TermFunctions.Call("inc", [left, right]),
        "-" => TermFunctions.Call("dec", [left, right]),
        "*" => TermFunctions.Call("prod", [left, right]),
        "/" => TermFunctions.Call("div", [left, right]),
        _ => TermFunctions.Call("mod", [left, right]),
    };
}
