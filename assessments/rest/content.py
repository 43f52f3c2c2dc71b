"""How the words of a case are shown, without anything that a key or a branch would tell."""

from typing import Any

from rest_framework import serializers

from assessments.vignettes.models import Item, Option, Stage, VignetteVersion


class VignetteNameSerializer(serializers.Serializer[VignetteVersion]):
    code = serializers.CharField(source="vignette.code", read_only=True)
    title = serializers.CharField(source="vignette.title", read_only=True)
    version = serializers.IntegerField(source="number", read_only=True)


class OptionSerializer(serializers.ModelSerializer[Option]):
    class Meta:
        model = Option
        fields = ("code", "text")
        read_only_fields = fields


class LineSerializer(serializers.Serializer[Any]):
    speaker = serializers.CharField(read_only=True, allow_null=True)
    text = serializers.CharField(read_only=True)


class ItemSerializer(serializers.ModelSerializer[Item]):
    """What is asked: never what it leads to, what it weighs or what would be right."""

    settings = serializers.DictField(read_only=True)
    options = OptionSerializer(many=True, read_only=True)

    class Meta:
        model = Item
        fields: tuple[str, ...] = ("code", "kind", "prompt", "settings", "options")
        read_only_fields = fields


class StageSerializer(serializers.ModelSerializer[Stage]):
    narrative = LineSerializer(many=True, read_only=True)
    known = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Stage
        fields: tuple[str, ...] = ("code", "title", "narrative", "known")
        read_only_fields = fields
