namespace Reeve.Languages.GoTemplate;

/// <summary>A part of a template.</summary>
internal abstract record Node(int At);

/// <summary>Parts in order.</summary>
internal sealed record Block(int At, List<Node> Parts) : Node(At);

/// <summary>Text outside of actions.</summary>
internal sealed record Plain(int At, string Text) : Node(At);

/// <summary><c>{{pipeline}}</c></summary>
internal sealed record Action(int At, Pipeline Value) : Node(At);

/// <summary><c>if</c> and <c>with</c>.</summary>
internal sealed record Choice(int At, bool IsWith, Pipeline Condition, Block Then, Block? Else) : Node(At);

/// <summary><c>range</c></summary>
internal sealed record Range(int At, Pipeline Of, Block Body, Block? Else) : Node(At);

/// <summary><c>break</c> and <c>continue</c>.</summary>
internal sealed record Jump(int At, bool IsBreak) : Node(At);

/// <summary><c>template "name" pipeline</c></summary>
internal sealed record Include(int At, string Name, Pipeline? Value) : Node(At);

/// <summary><c>$a, $b := x | f</c></summary>
internal sealed record Pipeline(int At, List<string> Variables, bool Declares, List<Command> Commands) : Node(At);

/// <summary><c>f a b</c></summary>
internal sealed record Command(int At, List<Operand> Operands) : Node(At);

/// <summary>A value with the fields that are taken from it.</summary>
internal sealed record Operand(int At, Source Source, object? Value, List<string> Fields) : Node(At);

/// <summary>Where a value comes from.</summary>
internal enum Source
{
    /// <summary>A constant: its value.</summary>
    Constant,

    /// <summary><c>nil</c></summary>
    Nil,

    /// <summary>The dot.</summary>
    Dot,

    /// <summary>A variable: its name.</summary>
    Variable,

    /// <summary>A function: its name.</summary>
    Function,

    /// <summary>A pipeline in brackets.</summary>
    Inner,
}
