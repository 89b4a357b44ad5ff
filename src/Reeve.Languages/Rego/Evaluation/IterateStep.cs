using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Binds a key and an element for each element of a collection; a slot of -1 is not wanted.</summary>
internal sealed class IterateStep(Node from, int key, int value) : IteratingStep
{
    public override bool Run(Context context, Span<Value?> frame, Code code, int next)
    {
        Guard(context, next);
        switch (from.Eval(context, frame))
        {
            case ArrayValue array:
                return Array(context, frame, code, next, array);
            case ObjectValue map:
                foreach (var (name, item) in map)
                {
                    context.Tick();
                    if (key >= 0)
                    {
                        frame[key] = name;
                    }

                    if (value >= 0)
                    {
                        frame[value] = item;
                    }

                    if (code.Run(context, frame, next))
                    {
                        return true;
                    }
                }

                return false;
            case SetValue set:
                foreach (var item in set)
                {
                    context.Tick();
                    if (key >= 0)
                    {
                        frame[key] = item;
                    }

                    if (value >= 0)
                    {
                        frame[value] = item;
                    }

                    if (code.Run(context, frame, next))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    private bool Array(Context context, Span<Value?> frame, Code code, int next, ArrayValue array)
    {
        for (var at = 0; at < array.Count; at++)
        {
            context.Tick();
            if (key >= 0)
            {
                frame[key] = NumberValue.Of(at);
            }

            if (value >= 0)
            {
                frame[value] = array[at];
            }

            if (code.Run(context, frame, next))
            {
                return true;
            }
        }

        return false;
    }
}
