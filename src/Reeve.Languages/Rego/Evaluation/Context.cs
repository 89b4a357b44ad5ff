using System.Diagnostics;
using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>
/// What one evaluation changes: frames, caches of rules, replacements, and what is left of its limits. Used again afterwards.
/// </summary>
internal sealed class Context(CompiledTree tree)
{
    private const int TicksPerCheck = 1024;

    private readonly Scope _root = new(tree.Count);
    private Value?[] _stack = new Value?[256];
    private int _top;
    private int _highest;
    private int _ticks;
    private long _stepsLeft;
    private long _deadline;
    private Action? _checkNow;
    private long _allocatedAtStart;
    private int _depth;
    private EvaluationLimits _limits = EvaluationLimits.Default;
    private CancellationToken _cancellation;
    private EvaluationInput? _input;
    private List<RegoError>? _swallowed;
    private BuiltinContext? _builtins;
    private BuiltinContext? _kept;
    private Action? _check;
    private Action? _outerCheck;
    private long _outputLeft;

    public Scope Scope { get; private set; } = null!;

    public CompiledTree Tree => tree;

    public bool Strict { get; private set; }

    public IEvaluationTracer? Tracer { get; private set; }

    public Action<Location, string>? Print { get; private set; }

    /// <summary>Made by the first built-in that is called.</summary>
    public BuiltinContext Builtins => _builtins ??= Bridge.Prepare(_kept ??= new() { Check = Check }, _input!, this, _cancellation);

    /// <summary>What comprehensions and partial rules are building, the innermost last.</summary>
    public List<object> Collectors { get; } = [];

    /// <summary>Of each traced statement that is being tried, whether it held.</summary>
    public List<bool> Reached { get; } = [];

    /// <summary>The rule that is being evaluated, for messages.</summary>
    public CompiledRule? Current { get; private set; }

    public int Depth => _depth;

    /// <summary>When it must have ended, as a timestamp.</summary>
    public long Deadline => _deadline;

    /// <summary><see cref="Check"/>, for built-ins.</summary>
    public Action CheckNow => _checkNow ??= Check;

    public IReadOnlyList<RegoError> Swallowed => (IReadOnlyList<RegoError>?)_swallowed ?? [];

    public long Steps => _input is null ? 0 : _limits.Steps - _stepsLeft + (TicksPerCheck - _ticks);

    public void Begin(EvaluationInput input, CancellationToken cancellation)
    {
        _input = input;
        _limits = input.Limits;
        _cancellation = cancellation;
        _stepsLeft = input.Limits.Steps;
        _ticks = TicksPerCheck;
        _deadline = Stopwatch.GetTimestamp() + (long)(input.Limits.Time.TotalSeconds * Stopwatch.Frequency);
        _allocatedAtStart = GC.GetAllocatedBytesForCurrentThread();
        _depth = 0;
        _top = 0;
        _swallowed = null;
        Strict = input.StrictBuiltinErrors;
        Tracer = input.Tracer;
        Print = input.Print;
        _builtins = null;
        _root.Reset(input.Input, input.Data);
        Scope = _root;
        Current = null;
        _outputLeft = input.Limits.Output;
        _outerCheck = RunningLimits.Use(_check ??= CheckVisits);
    }

    public void End()
    {
        if (_input is not null)
        {
            RunningLimits.Use(_outerCheck);
            _outerCheck = null;
        }

        Array.Clear(_stack, 0, Math.Min(_highest, _stack.Length));
        _highest = 0;
        Collectors.Clear();
        Reached.Clear();
        _root.Reset(null, ObjectValue.Empty);
        _input = null;
        Tracer = null;
        Print = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Tick()
    {
        if (--_ticks < 0)
        {
            Check();
        }
    }

    /// <summary>Space for one activation; give back with <see cref="Release"/>.</summary>
    public Span<Value?> Frame(int size, out (Value?[] Stack, int Top) mark)
    {
        mark = (_stack, _top);
        if (_top + size > _stack.Length)
        {
            // frames in use keep the old array
            _stack = new Value?[Math.Max(_stack.Length * 2, size)];
            _top = 0;
        }

        var frame = _stack.AsSpan(_top, size);
        _top += size;
        _highest = Math.Max(_highest, _top);
        return frame;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release((Value?[] Stack, int Top) mark) => (_stack, _top) = mark;

    public CompiledRule? Enter(CompiledRule rule)
    {
        Tick();
        if (++_depth > _limits.Depth || ((_depth & 7) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            throw Stop(rule, $"rules and functions are nested deeper than {Math.Min(_limits.Depth, _depth - 1)} levels");
        }

        var before = Current;
        Current = rule;
        Tracer?.Trace(new(TraceKind.Enter, _depth, rule.Name, rule.Location));
        return before;
    }

    public void Leave(CompiledRule? before)
    {
        _depth--;
        Current = before;
    }

    public void EnterScope(Scope scope) => Scope = scope;

    /// <summary>Called for each element a rule or comprehension collects.</summary>
    public void CheckElements(int count)
    {
        if (count > _limits.Elements)
        {
            throw Stop(Current, $"more than {_limits.Elements} elements were collected");
        }
    }

    public void CheckStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Stop(Current, "statements are nested too deeply for the stack");
        }
    }

    public void CheckRows(int rows)
    {
        if (rows > _limits.Rows)
        {
            throw Stop(Current, $"the query has more than {_limits.Rows} answers");
        }
    }

    /// <summary>Called with each value that goes out.</summary>
    public Value? CheckOutput(Value? value, CompiledRule? from)
    {
        if (value is not null && (_outputLeft = PrintedSize.Left(value, _outputLeft)) < 0)
        {
            throw Stop(from, $"the result has more than {_limits.Output} characters");
        }

        return value;
    }

    /// <summary>Why the evaluation ended; null for what is a fault of the evaluator.</summary>
    public EvaluationFailure? Ended(Exception reason) => reason switch
    {
        EvaluationFailure failure => failure,
        OutOfMemoryException => Stop(Current, "a value does not fit into memory"),
        InsufficientExecutionStackException => Stop(Current, "a value is nested too deeply for the stack"),

        // sorting wraps what comparing throws
        InvalidOperationException { InnerException: { } inner } => Ended(inner),
        _ => null,
    };

    /// <summary>Looks at time, memory and the caller's wish; called every thousand steps and behind results that are large.</summary>
    public void Check()
    {
        _stepsLeft -= TicksPerCheck - Math.Max(_ticks, 0);
        _ticks = TicksPerCheck;
        if (_stepsLeft < 0)
        {
            throw Stop(Current, $"more than {_limits.Steps} steps");
        }

        if (_cancellation.IsCancellationRequested)
        {
            throw Stop(Current, "caller cancelled query execution");
        }

        if (Stopwatch.GetTimestamp() > _deadline)
        {
            throw Stop(Current, $"more than {_limits.Time.TotalSeconds} seconds");
        }

        if (GC.GetAllocatedBytesForCurrentThread() - _allocatedAtStart > _limits.AllocatedBytes)
        {
            throw Stop(Current, $"more than {_limits.AllocatedBytes} bytes were allocated");
        }
    }

    /// <summary>A built-in failed: an error in strict mode, else its result is undefined.</summary>
    public void Failed(string code, string message, Location location)
    {
        if (Strict)
        {
            throw new EvaluationFailure(code, message, location);
        }

        _swallowed ??= [];
        if (_swallowed.Count < 100)
        {
            _swallowed.Add(new(code, message, location.File, location.Row, location.Column));
        }
    }

    // what is visited inside of values counts like statements
    private void CheckVisits()
    {
        _stepsLeft -= TicksPerCheck;
        Check();
    }

    private static EvaluationFailure Stop(CompiledRule? at, string why) => new(
        RegoError.CancelError,
        at is null ? $"evaluation stopped: {why}" : $"evaluation stopped in `{at.Name}`: {why}",
        at?.Location ?? Location.None);
}
