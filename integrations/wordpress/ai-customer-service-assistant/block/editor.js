// The block as authors see it: what it does, and how the chat looks on this page. Written as it runs, without a build.
( function ( blocks, blockEditor, components, element, i18n ) {
	var make = element.createElement;
	var __ = i18n.__;
	var themes = [
		{ value: '', label: __( 'As set for the channel', 'ai-customer-service-assistant' ) },
		{ value: 'light', label: __( 'Light', 'ai-customer-service-assistant' ) },
		{ value: 'dark', label: __( 'Dark', 'ai-customer-service-assistant' ) },
		{ value: 'auto', label: __( 'As the visitor\'s system', 'ai-customer-service-assistant' ) },
	];
	var positions = [
		{ value: '', label: __( 'As set for the channel', 'ai-customer-service-assistant' ) },
		{ value: 'bottom-right', label: __( 'Bottom right', 'ai-customer-service-assistant' ) },
		{ value: 'bottom-left', label: __( 'Bottom left', 'ai-customer-service-assistant' ) },
		{ value: 'top-right', label: __( 'Top right', 'ai-customer-service-assistant' ) },
		{ value: 'top-left', label: __( 'Top left', 'ai-customer-service-assistant' ) },
	];

	function field( props, kind, name, label, more ) {
		return make(
			kind,
			Object.assign(
				{
					label: label,
					value: props.attributes[ name ],
					onChange: function ( value ) {
						var change = {};
						change[ name ] = value;
						props.setAttributes( change );
					},
				},
				more
			)
		);
	}

	blocks.registerBlockType( 'ai-customer-service-assistant/chat', {
		edit: function ( props ) {
			return make(
				'div',
				blockEditor.useBlockProps(),
				make(
					blockEditor.InspectorControls,
					null,
					make(
						components.PanelBody,
						{ title: __( 'Chat on this page', 'ai-customer-service-assistant' ) },
						field( props, components.SelectControl, 'theme', __( 'Theme', 'ai-customer-service-assistant' ), { options: themes } ),
						field( props, components.SelectControl, 'position', __( 'Corner', 'ai-customer-service-assistant' ), { options: positions } ),
						field( props, components.TextControl, 'welcomeMessage', __( 'Welcome message', 'ai-customer-service-assistant' ), { maxLength: 500 } )
					)
				),
				make(
					components.Placeholder,
					{
						icon: 'format-chat',
						label: __( 'AI Customer Service Assistant', 'ai-customer-service-assistant' ),
						instructions: __( 'Visitors of this page see the chat in its corner. A button here can open it as well.', 'ai-customer-service-assistant' ),
					},
					field( props, components.TextControl, 'button', __( 'Button that opens the chat', 'ai-customer-service-assistant' ), {
						placeholder: __( 'No button', 'ai-customer-service-assistant' ),
						maxLength: 500,
					} )
				)
			);
		},
		save: function () {
			return null;
		},
	} );
} )( window.wp.blocks, window.wp.blockEditor, window.wp.components, window.wp.element, window.wp.i18n );
