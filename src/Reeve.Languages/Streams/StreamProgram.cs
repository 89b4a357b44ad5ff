using Reeve.Languages.Streams.Compiler;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Functions;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Reader;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams;

/// <summary>What a program may name besides the language's own functions.</summary>
public sealed record StreamOptions
{
    /// <summary>Streams that send to the outside, such as <c>emit</c>.</summary>
    public IReadOnlyList<string> Sinks { get; init; } = ["emit"];

    /// <summary>Names whose values are given when the program is opened.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>Must the text be exactly one expression?</summary>
    public bool IsSingle { get; init; }
}

/// <summary>A program of Riemann's stream language: compiled once, opened once for each key that has state of its own.</summary>
public sealed class StreamProgram
{
    private readonly Code[] _forms;
    private readonly IReadOnlyList<BuiltinDefinition> _builtins;
    private readonly IReadOnlyList<string> _properties;
    private readonly int _globals;
    private readonly int _slots;

    private StreamProgram(Code[] forms, NameTable names, IReadOnlyList<string> properties, int slots)
    {
        _forms = forms;
        _builtins = names.Used;
        _properties = properties;
        _globals = names.GlobalCount;
        _slots = slots;
    }

    /// <summary>
    /// Compiles a text. Gives the program, or all problems found, in order of their places; never throws.
    /// </summary>
    public static StreamProgram? Compile(string text, StreamOptions options, out IReadOnlyList<StreamProblem> problems)
    {
        var found = new List<StreamProblem>();
        problems = found;
        var forms = FormReader.ReadAll(text, found);
        if (found.Count == 0 && forms.Count == 0)
        {
            found.Add(new StreamProblem(1, 1, "there is no expression"));
        }

        if (found.Count == 0 && options.IsSingle && forms.Count > 1)
        {
            found.Add(new StreamProblem(forms[1].Line, forms[1].Column, "expected one expression; here begins another"));
        }

        if (found.Count > 0)
        {
            return null;
        }

        var names = new NameTable(options.Sinks);
        foreach (var property in options.Properties)
        {
            names.Define(property);
        }

        var analyzer = new Analyzer(found, names);
        Code[] code;
        try
        {
            code = [.. forms.Select(analyzer.Analyze)];
        }
        catch (StreamSyntaxException tooMany)
        {
            found.Add(tooMany.Problem);
            return null;
        }
        catch (StreamError limit)
        {
            found.Add(new StreamProblem(1, 1, limit.Message));
            return null;
        }

        found.Sort((a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
        return found.Count > 0 ? null : new StreamProgram(code, names, options.Properties, analyzer.Slots);
    }

    /// <summary>
    /// Opens the program: builds its streams at clock 0, or at <paramref name="start"/>. Throws <see cref="StreamError"/> when building
    /// them fails, and <see cref="StreamLimitException"/> when it takes too much.
    /// </summary>
    /// <param name="send">Takes what the program sends: the name of the sink and the event, or list of events.</param>
    /// <param name="properties">The values of the properties, in the order of the options' names.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="warn">Hears what the program prints, and errors that nothing in it takes.</param>
    /// <param name="start">The time of its clock, seconds.</param>
    public StreamInstance Open(
        Action<string, object?> send, IReadOnlyList<object?>? properties = null, StreamLimits? limits = null, Action<string>? warn = null,
        double start = 0)
    {
        var run = new StreamRun(limits ?? StreamLimits.Default, send, warn);
        if (start != 0)
        {
            run.Scheduler.Now = StreamNumber.Of(start);
        }

        run.Globals = new object?[_globals];
        Array.Fill(run.Globals, GlobalCode.Unset);
        for (var i = 0; i < _properties.Count; i++)
        {
            run.Globals[i] = properties is not null && i < properties.Count ? properties[i] : null;
        }

        run.Builtins = [.. _builtins.Select(b => Function(run, b))];
        var frame = new Frame(run, _slots);
        object? last = null;
        var scope = run.Scope!;
        foreach (var form in _forms)
        {
            last = form.Eval(frame);
        }

        if (run.Roots.Count == 0 && last is Fn stream)
        {
            run.Roots.Add(stream);
        }

        run.Scope = null;
        return run.Roots.Count > 0
            ? new StreamInstance(run, [.. run.Roots], scope)
            : throw new StreamError(StreamError.ClassCast, $"the program is no stream: its value is {Printer.Short(last)}");
    }

    // a sink by its bare name is a stream already; called, it makes one
    private static Fn Function(StreamRun run, BuiltinDefinition definition) =>
        new NativeFn(definition.Name, definition.Least, definition.Most, definition.Make(run));
}
