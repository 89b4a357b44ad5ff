using Reeve.Languages.Streams.Functions;
using Reeve.Languages.Streams.Reader;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Compiler;

/// <summary>Turns forms into code: resolves names, checks arities, takes macros apart. Collects all problems of a program.</summary>
internal sealed partial class Analyzer
{
    private const int Deepest = 400;
    private const int MostProblems = 50;

    private readonly List<StreamProblem> _problems;
    private readonly NameTable _names;
    private readonly HashSet<Form> _tails = new(ReferenceEqualityComparer.Instance);
    private FnScope _scope = new(null);
    private int _generated;
    private int _depth;

    public Analyzer(List<StreamProblem> problems, NameTable names)
    {
        _problems = problems;
        _names = names;
    }

    /// <summary>The names of the special forms and macros.</summary>
    public static IEnumerable<string> FormNames => Special.Keys.Concat(Macros.Keys);

    /// <summary>How many slots the top level needs.</summary>
    public int Slots => _scope.Slots;

    /// <summary>The code of one form of the top level.</summary>
    public Code Analyze(Form form)
    {
        if (_depth > Deepest || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new StreamSyntaxException(form, "forms are nested too deeply");
        }

        _depth++;
        try
        {
            return Of(form);
        }
        catch (StreamSyntaxException wrong) when (_problems.Count < MostProblems)
        {
            // the rest of the program is looked at all the same
            _problems.Add(wrong.Problem);
            return new ConstantCode(null);
        }
        finally
        {
            _depth--;
        }
    }

    private Code Of(Form form) => form.Kind switch
    {
        FormKind.Constant => new ConstantCode(form.Value),
        FormKind.Symbol => Name(form),
        FormKind.Vector => new VectorCode(All(form.Items)),
        FormKind.Map => new MapCode(All(form.Items)),
        FormKind.Set => new SetCode(All(form.Items)),
        _ => Call(form),
    };

    private Code[] All(IEnumerable<Form> forms) => [.. forms.Select(Analyze)];

    private Code Name(Form form)
    {
        var name = form.Name!;
        if (_scope.Find(name) is { } local)
        {
            return local;
        }

        if (_names.Global(name) is { } global)
        {
            return new GlobalCode(global, name);
        }

        if (_names.Builtin(name) is { } index)
        {
            return new BuiltinCode(index);
        }

        if (_names.Constant(name, out var value))
        {
            return new ConstantCode(value);
        }

        throw new StreamSyntaxException(form, Unknown(name));
    }

    private string Unknown(string name)
    {
        if (Special.ContainsKey(name) || Macros.ContainsKey(name))
        {
            return $"`{name}` is a macro: it stands at the head of a list and is no value";
        }

        if (Refusals.Reason(name) is { } reason)
        {
            return reason;
        }

        var known = _scope.Names.Concat(_names.All).Concat(Special.Keys).Concat(Macros.Keys);
        return $"there is no `{name}`{Near.Hint(name, known)}";
    }

    private Code Call(Form form)
    {
        if (form.Items.Length == 0)
        {
            return new ConstantCode(PSeq.Empty);
        }

        var head = form.Items[0];
        if (head.Name is { } name && _scope.Find(name) is null && _names.Global(name) is null)
        {
            var plain = _names.Plain(name);
            if (Special.TryGetValue(plain, out var special))
            {
                return special(this, form);
            }

            if (Macros.TryGetValue(plain, out var macro))
            {
                return Analyze(Tail(form, macro(this, form)));
            }

            if (name.Length > 1 && name[0] == '.')
            {
                return Method(form, name);
            }

            if (_names.Builtin(name) is { } index)
            {
                return BuiltinCall(form, index);
            }
        }

        if (head is { Kind: FormKind.Constant, Value: Keyword field } && form.Items.Length == 2)
        {
            return new FieldCode(field, Analyze(form.Items[1]));
        }

        if (head is { Kind: FormKind.Constant, Value: not Keyword })
        {
            throw new StreamSyntaxException(head, $"{Printer.Short(head.Value)} is no function and cannot be called");
        }

        return new CallCode(Analyze(head), All(form.Items.Skip(1)));
    }

    private Code BuiltinCall(Form form, int index)
    {
        var builtin = _names.Used[index];
        var count = form.Items.Length - 1;
        if (count < builtin.Least || count > builtin.Most)
        {
            throw new StreamSyntaxException(form, ArityProblem(builtin, count));
        }

        var arguments = All(form.Items.Skip(1));
        return Fast(builtin.Name, arguments) ?? new CallCode(new BuiltinCode(index), arguments);
    }

    private static string ArityProblem(BuiltinDefinition builtin, int count)
    {
        var wanted = builtin.Least == builtin.Most ? $"{builtin.Least}"
            : builtin.Most == int.MaxValue ? $"at least {builtin.Least}"
            : $"{builtin.Least} to {builtin.Most}";
        return $"`{builtin.Name}` takes {wanted} argument{(wanted == "1" ? "" : "s")}, found {count}";
    }

    // what stands in almost every predicate, without a call
    private static Code? Fast(string name, Code[] arguments) => (name, arguments.Length) switch
    {
        ("not", 1) => new NotCode(arguments[0]),
        ("=", 2) => Equal(arguments[0], arguments[1]),
        ("not=", 2) => new NotCode(Equal(arguments[0], arguments[1])),
        ("<", 2) => new CompareCode(Comparison.Less, arguments[0], arguments[1]),
        ("<=", 2) => new CompareCode(Comparison.AtMost, arguments[0], arguments[1]),
        (">", 2) => new CompareCode(Comparison.Greater, arguments[0], arguments[1]),
        (">=", 2) => new CompareCode(Comparison.AtLeast, arguments[0], arguments[1]),
        ("==", 2) => new CompareCode(Comparison.Same, arguments[0], arguments[1]),
        ("+" or "-" or "*" or "/", 2) => new ArithmeticCode(name[0], arguments[0], arguments[1]),
        ("match*", 2) when arguments[0] is ConstantCode { Value: string text } && arguments[1] is FieldCode field =>
            new FieldIsTextCode(field, text),
        _ => null,
    };

    private static Code Equal(Code left, Code right) => (left, right) switch
    {
        (ConstantCode { Value: string text }, FieldCode field) => new FieldIsTextCode(field, text),
        (FieldCode field, ConstantCode { Value: string text }) => new FieldIsTextCode(field, text),
        _ => new EqualCode(left, right),
    };

    // (.getMessage e)
    private Code Method(Form form, string name)
    {
        if (form.Items.Length < 2)
        {
            throw new StreamSyntaxException(form, $"`{name}` is called on something: `({name} x)`");
        }

        return _names.Builtin(name) is { } index
            ? BuiltinCall(form, index)
            : throw new StreamSyntaxException(form, $"`{name}` cannot be called: programs reach no methods of the machine below but a few");
    }

    private string Generated(string stem) => $"{stem}:{++_generated}";
}
