using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Where events leave a program, and what configurations of Riemann say besides their streams.</summary>
internal static class SinkFunctions
{
    private const int Any = NativeFn.Any;

    public static IEnumerable<BuiltinDefinition> All =>
    [
        new("index", 0, Any, run => args => Sink(run, "index", args)),
        new("reinject", 0, Any, run => args => Sink(run, "reinject", args)),
        new("delete-from-index", 0, Any, run => args =>
        {
            var children = Rescue.Functions(args.ToArray().Where(a => a is not (PVec or Keyword)));
            return new PlainNode(run, seen =>
            {
                run.Send("delete-from-index", seen);
                Rescue.Call(run, children, seen);
                return null;
            });
        }),
        new("publish", 1, 1, run => args => Named(run, "publish:" + Printer.Str(args[0]))),
        new("prn", 0, Any, run => args =>
        {
            run.Warn?.Invoke(string.Join(' ', args.ToArray().Select(Printer.Str)));
            return null;
        }),
        new("streams", 0, Any, run => args =>
        {
            foreach (var arg in args)
            {
                run.Roots.AddRange(arg is PVec many ? Rescue.Functions(many) : [Rescue.Function(arg)]);
            }

            return null;
        }),
        new("bit-bucket", 0, Any, run => _ => new PlainNode(run, _ => null)),
        new("io", 0, Any, Together),
        new("tap", 1, Any, run => args => Together(run)(args[1..])),
        new("async-queue!", 2, Any, run => args => Together(run)(args[2..])),
        new("execute-on", 1, Any, run => args => Together(run)(args[1..])),
        new("append", 1, 1, run => args =>
        {
            var cell = args[0] as Cell ?? throw StreamError.Cast(args[0], "an atom");
            return new PlainNode(run, seen =>
            {
                run.Keep(1);
                return cell.Value = Sequences.Conj(cell.Value, seen);
            });
        }),
        new("register", 1, 1, run => args =>
        {
            var cell = args[0] as Cell ?? throw StreamError.Cast(args[0], "an atom");
            return new PlainNode(run, seen => cell.Value = seen);
        }),

        // servers, logging and the reaper are set up where Reeve is started; in a program they are read and do nothing
        Nothing("tcp-server"), Nothing("udp-server"), Nothing("ws-server"), Nothing("sse-server"), Nothing("repl-server"),
        Nothing("graphite-server"), Nothing("opentsdb-server"), Nothing("kafka-consumer"), Nothing("rabbitmq-transport"),
        Nothing("logging/init"), Nothing("periodically-expire"), Nothing("instrumentation"), Nothing("service!"), Nothing("clear!"),
        Nothing("include"), Nothing("load-plugins"), Nothing("depend"), Nothing("subscribe"), Nothing("set!"),
    ];

    /// <summary>A sink that the host named: itself a stream, so it is written without parentheses.</summary>
    public static BuiltinDefinition Define(string name) => new(name, 0, Any, run => args => Sink(run, name, args));

    /// <summary>A stream that sends to a sink.</summary>
    public static StreamNode Named(StreamRun run, string name) => new PlainNode(run, seen =>
    {
        run.Send(name, seen);
        return null;
    });

    // (index) makes the stream, and `index` by itself is one already
    private static object? Sink(StreamRun run, string name, ReadOnlySpan<object?> args)
    {
        if (args.Length == 0)
        {
            return Named(run, name);
        }

        if (args is [not Fn or PVec or PMap or PSet or Keyword])
        {
            run.Send(name, args[0]);
            return null;
        }

        return Through(run, name, Rescue.Functions(args.ToArray()));
    }

    private static PlainNode Through(StreamRun run, string name, Fn[] children) => new(run, seen =>
    {
        run.Send(name, seen);
        Rescue.Call(run, children, seen);
        return null;
    });

    private static NativeFn.Body Together(StreamRun run) => args =>
    {
        var children = Rescue.Functions(args.ToArray());
        return new PlainNode(run, seen =>
        {
            Rescue.Call(run, children, seen);
            return null;
        });
    };

    private static BuiltinDefinition Nothing(string name) => Plain(name, 0, Any, _ => null);
}
