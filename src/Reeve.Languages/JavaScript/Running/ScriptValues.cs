using System.Text.Json;
using Jurassic;
using Jurassic.Library;
using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>Between JSON and the values of an engine.</summary>
internal sealed class ScriptValues(ScriptEngine engine)
{
    private const int Deepest = 512;

    private readonly RowNames _names = new();

    /// <summary>The value that JSON says. The JSON comes from Reeve itself, so it is right.</summary>
    public object Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest });
        reader.Read();
        return Read(ref reader);
    }

    /// <summary>
    /// Writes a value as the original hands results on (flexera.md 1.8): items of a list that are undefined are left out, undefined and
    /// null
    /// are null, and so is what is no number; an object that is neither plain nor a list is an empty object.
    /// </summary>
    public static void Write(object? value, ScriptOutput output, int depth = 0)
    {
        if (depth > Deepest)
        {
            throw new ScriptOutputException($"the result is nested more than {Deepest} deep, or refers to itself");
        }

        output.Check();
        switch (value)
        {
            case bool flag:
                output.Text.Boolean(flag);
                break;
            case int whole:
                output.Text.Number(whole);
                break;
            case uint whole:
                output.Text.Number(whole);
                break;
            case double number when double.IsFinite(number):
                output.Text.Number(number);
                break;
            case string text:
                output.Text.Text(text);
                break;
            case ConcatenatedString text:
                output.Text.Text(text.ToString());
                break;
            case ArrayInstance array:
                output.Text.Byte('[');
                var isFirst = true;
                for (var i = 0u; i < array.Length; i++)
                {
                    if (array[i] is var item and not (null or Undefined))
                    {
                        Comma(output.Text, ref isFirst);
                        Write(item, output, depth + 1);
                    }
                }

                output.Text.Byte(']');
                break;
            case ObjectInstance instance:
                WriteObject(instance, output, depth);
                break;
            default:
                output.Text.Null();
                break;
        }
    }

    private static void WriteObject(ObjectInstance instance, ScriptOutput output, int depth)
    {
        output.Text.Byte('{');
        if (instance.GetType() == typeof(ObjectInstance))
        {
            var isFirst = true;
            foreach (var property in instance.Properties)
            {
                if (property.IsEnumerable && property.Key is string name)
                {
                    Comma(output.Text, ref isFirst);
                    output.Text.Text(name);
                    output.Text.Byte(':');
                    Write(instance[name], output, depth + 1);
                }
            }
        }

        output.Text.Byte('}');
    }

    private static void Comma(JsonText text, ref bool isFirst)
    {
        if (!isFirst)
        {
            text.Byte(',');
        }

        isFirst = false;
    }

    // the value on which the reader stands, up to its last token
    private object Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var made = engine.Object.Construct();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = _names.Read(ref reader).Name;
                    reader.Read();
                    var value = Read(ref reader);
                    if (name == "__proto__")
                    {
                        // a name like any other in data, and no way to change what the object is
                        made.DefineProperty(name, new PropertyDescriptor(value, PropertyAttributes.FullAccess), throwOnError: false);
                    }
                    else
                    {
                        made.SetPropertyValue(name, value, throwOnError: false);
                    }
                }

                return made;
            case JsonTokenType.StartArray:
                var items = new List<object>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader));
                }

                return engine.Array.New([.. items]);
            case JsonTokenType.String:
                return reader.GetString()!;
            case JsonTokenType.Number:
                return reader.TryGetInt32(out var whole) ? whole
                    : reader.GetDouble() is var number && double.IsFinite(number) ? number : Null.Value;
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                return Null.Value;
        }
    }
}
