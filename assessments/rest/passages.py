"""How a flagged passage is shown to whoever reads it afresh."""

from typing import Any

from rest_framework import serializers


class PassageSerializer(serializers.Serializer[Any]):
    prompt = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
