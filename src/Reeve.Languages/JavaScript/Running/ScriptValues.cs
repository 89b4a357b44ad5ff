using System.Text.Json;
using Jurassic;
using Jurassic.Library;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>Between JSON and the values of the engine.</summary>
internal static class ScriptValues
{
    private const int Deepest = 512;

    /// <summary>The value that JSON says. The JSON comes from Reeve itself, so it is right.</summary>
    public static object Read(ScriptEngine engine, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest });
        reader.Read();
        return Read(engine, ref reader);
    }

    /// <summary>Reads the value on which the reader stands, up to its last token.</summary>
    public static object Read(ScriptEngine engine, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var made = engine.Object.Construct();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    var value = Read(engine, ref reader);
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
                    items.Add(Read(engine, ref reader));
                }

                return engine.Array.New([.. items]);
            case JsonTokenType.String:
                return reader.GetString()!;
            case JsonTokenType.Number:
                return reader.TryGetInt32(out var whole) ? whole : reader.GetDouble();
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                return Null.Value;
        }
    }

    /// <summary>
    /// Writes a value as the original hands results on (flexera.md 1.8): items of a list that are undefined are left out, undefined and
    /// null
    /// are null, and so is what is no number; an object that is neither plain nor a list is an empty object.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, object? value, ScriptOutput output, int depth = 0)
    {
        if (depth > Deepest)
        {
            throw new ScriptOutputException($"the result is nested more than {Deepest} deep, or refers to itself");
        }

        output.Check();
        switch (value)
        {
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int whole:
                writer.WriteNumberValue(whole);
                break;
            case uint whole:
                writer.WriteNumberValue(whole);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number == 0 ? 0 : number);
                break;
            case string or ConcatenatedString:
                writer.WriteStringValue(value.ToString());
                break;
            case ArrayInstance array:
                writer.WriteStartArray();
                for (var i = 0u; i < array.Length; i++)
                {
                    if (array[i] is var item and not (null or Undefined))
                    {
                        Write(writer, item, output, depth + 1);
                    }
                }

                writer.WriteEndArray();
                break;
            case ObjectInstance instance:
                WriteObject(writer, instance, output, depth);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, ObjectInstance instance, ScriptOutput output, int depth)
    {
        writer.WriteStartObject();
        if (instance.GetType() == typeof(ObjectInstance))
        {
            foreach (var property in instance.Properties)
            {
                if (property.IsEnumerable && property.Key is string name)
                {
                    writer.WritePropertyName(name);
                    Write(writer, instance[name], output, depth + 1);
                }
            }
        }

        writer.WriteEndObject();
    }
}
