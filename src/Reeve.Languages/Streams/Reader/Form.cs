namespace Reeve.Languages.Streams.Reader;

/// <summary>What a form is.</summary>
internal enum FormKind : byte
{
    /// <summary>A number, text, keyword, pattern, character, true, false or nil: its value is <see cref="Form.Value"/>.</summary>
    Constant,

    /// <summary>A name: <see cref="Form.Name"/>.</summary>
    Symbol,

    /// <summary>(…)</summary>
    List,

    /// <summary>[…]</summary>
    Vector,

    /// <summary>{…}</summary>
    Map,

    /// <summary>#{…}</summary>
    Set,
}

/// <summary>A piece of a program as it was read, and where.</summary>
internal sealed record Form(FormKind Kind, object? Value, Form[] Items, int Line, int Column)
{
    public string? Name => Kind == FormKind.Symbol ? (string)Value! : null;

    public bool IsList => Kind == FormKind.List;

    public static Form Constant(object? value, Form at) => new(FormKind.Constant, value, [], at.Line, at.Column);

    public static Form Symbol(string name, Form at) => new(FormKind.Symbol, name, [], at.Line, at.Column);

    public static Form List(Form at, params IEnumerable<Form> items) => new(FormKind.List, null, [.. items], at.Line, at.Column);

    public static Form Vector(Form at, params IEnumerable<Form> items) => new(FormKind.Vector, null, [.. items], at.Line, at.Column);

    public static Form Call(Form at, string name, params IEnumerable<Form> items) => List(at, [Symbol(name, at), .. items]);
}

/// <summary>What is wrong with a program, and where; line and column count from 1.</summary>
public sealed record StreamProblem(int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Line}:{Column}: {Message}";
}

/// <summary>Ends the reading or compiling of one form; it never leaves the language.</summary>
internal sealed class StreamSyntaxException(int line, int column, string message) : Exception(message)
{
    public StreamSyntaxException(Form at, string message)
        : this(at.Line, at.Column, message)
    {
    }

    public StreamProblem Problem => new(line, column, Message);
}
